import type { Metadata } from "next";
import { NoticePage } from "#components/shell/notice-page.tsx";

export const metadata: Metadata = { title: "Sign in" };

type SignInProps = { searchParams: Promise<{ problem?: string }> };

export default async function SignInPage({ searchParams }: SignInProps) {
  const { problem } = await searchParams;
  return (
    <NoticePage title="Sign in with your link">
      {problem === "link" && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
          That link has been used already, or it has expired.
        </p>
      )}
      <p>
        Tessera has no passwords. Whoever runs it finds a one-time link in the terminal where it was started; open that
        link in this browser and you are in for thirty days.
      </p>
      <p>
        A link opens once. For a new one, start Tessera again, or have an owner run{" "}
        <code className="rounded-sm bg-hover px-1 py-0.5 font-mono text-sm whitespace-nowrap text-ink">
          tessera user add you@example.org --role reviewer
        </code>
        .
      </p>
    </NoticePage>
  );
}
