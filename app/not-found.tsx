import Link from "next/link";
import { connection } from "next/server";
import { NoticePage } from "#components/shell/notice-page.tsx";

/** Rendered by request: a page made ahead of time cannot carry the nonce without which the content policy lets no script run. */
export default async function NotFound() {
  await connection();
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
