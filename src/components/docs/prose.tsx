/** A description's text: paragraphs, and code between backticks. */
import { Fragment } from 'react';

export function Prose({ text, inline = false }: { text: string; inline?: boolean }) {
  if (inline) return <span>{withCode(text)}</span>;
  return (
    <div className="grid max-w-prose gap-2">
      {text.split('\n\n').map((paragraph) => (
        <p key={paragraph}>{withCode(paragraph)}</p>
      ))}
    </div>
  );
}

/** Every second piece stood between backticks. */
function withCode(text: string): React.ReactNode {
  return text.split('`').map((piece, at) =>
    at % 2 === 0 ? (
      <Fragment key={`${at} ${piece}`}>{piece}</Fragment>
    ) : (
      <code key={`${at} ${piece}`} className="rounded bg-sunken px-1 font-mono text-[0.875em] break-words">
        {piece}
      </code>
    ),
  );
}
