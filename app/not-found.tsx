import Link from "next/link";
import { NoticePage } from "#components/shell/notice-page.tsx";

export default function NotFound() {
  return (
    <NoticePage title="There is nothing here">
      <p>The address is wrong, what it named has been deleted, or it is not shared with you.</p>
      <p>
        <Link href="/" className="font-medium text-accent underline-offset-4 hover:underline">
          Back to the library
        </Link>
      </p>
    </NoticePage>
  );
}
