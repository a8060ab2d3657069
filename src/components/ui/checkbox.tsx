/** A box to tick with its sentence; the whole line can be pressed. */
import type { InputHTMLAttributes } from 'react';

type CheckboxProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'className'>;

export function Checkbox({ children, ...input }: CheckboxProps) {
  return (
    <label className="flex min-h-9 cursor-pointer items-start gap-3 py-1">
      <input {...input} type="checkbox" className="mt-1 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
