/** The browser's own modal dialog: it traps the focus, closes with Escape and gives the focus back. */
import { useId, useLayoutEffect, useRef } from 'react';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: React.ReactNode;
  /** The buttons at the end. */
  actions: React.ReactNode;
}

/** Rendered only while it is open. */
export function Dialog({ title, onClose, children, actions }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed before the element goes away: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className="w-full max-w-lg rounded-xl border border-line bg-panel p-0 shadow-xl max-sm:mb-0 max-sm:max-w-full max-sm:rounded-b-none"
    >
      <div className="grid max-h-[85dvh] grid-rows-[auto_1fr_auto]">
        <h2 id={heading} className="px-5 pt-5 pb-2 text-lg font-semibold">
          {title}
        </h2>
        <div className="grid gap-4 overflow-y-auto px-5 pb-4">{children}</div>
        <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5">{actions}</div>
      </div>
    </dialog>
  );
}
