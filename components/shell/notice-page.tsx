import type { ReactNode } from "react";
import { Mark } from "./mark.tsx";

/** A page that says one thing. */
export function NoticePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-6">
      <div className="w-[28rem] max-w-full">
        <Mark size={40} />
        <h1 className="mt-5 text-xl font-semibold tracking-tight">{title}</h1>
        <div className="mt-2 flex flex-col gap-3 text-base text-muted">{children}</div>
      </div>
    </main>
  );
}
