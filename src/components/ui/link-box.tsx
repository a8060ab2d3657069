/** A link that is shown once, to be copied and passed on. */
import { useState } from 'react';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';

interface LinkBoxProps {
  url: string;
  label: string;
  /** What to do with it. */
  children: React.ReactNode;
}

export function LinkBox({ url, label, children }: LinkBoxProps) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () => {
    // Only pages on https or on this machine may write to the clipboard.
    const writing = navigator.clipboard?.writeText(url) ?? Promise.reject(new Error('no clipboard'));
    writing.then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className="mt-3 grid gap-2 rounded-lg bg-info-soft p-3">
      <p className="text-sm">{children}</p>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={label}
            bare
            readOnly
            value={url}
            onFocus={(event) => event.currentTarget.select()}
          />
        </div>
        <Button onClick={copy}>Copy</Button>
      </div>
      <output className="text-sm empty:hidden">
        {copied === true && 'Copied.'}
        {copied === false && 'The browser does not allow it here: select the link and copy it by hand.'}
      </output>
    </div>
  );
}
