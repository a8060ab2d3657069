/** Labelled inputs. The error belongs to its field, for eyes and for screen readers. */
import { type InputHTMLAttributes, type SelectHTMLAttributes, useId } from 'react';
import { ToneSign } from './tone.tsx';

interface Around {
  label: string;
  /** Unit behind the input, for example "%". */
  unit?: string;
  hint?: React.ReactNode;
  error?: string | undefined;
  /** The label is for screen readers only: in tables the column head says it. */
  bare?: boolean;
}

const BOX =
  'figures min-h-11 w-full min-w-0 rounded-lg border bg-panel px-3 text-ink placeholder:text-muted/70 sm:min-h-10 disabled:opacity-60';

function boxOf(error: string | undefined): string {
  return `${BOX} ${error === undefined ? 'border-edge' : 'border-bad'}`;
}

type InputProps = Around & Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id'>;

export function TextField({ label, unit, hint, error, bare = false, ...input }: InputProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <span className="relative block">
        <input
          {...input}
          id={id}
          className={`${boxOf(error)} ${unit === undefined ? '' : 'pr-14'}`}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy(id, hint, error)}
        />
        {unit !== undefined && (
          <span
            className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-sm text-muted"
            aria-hidden="true"
          >
            {unit}
          </span>
        )}
      </span>
    </Frame>
  );
}

type SelectProps = Around & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'id'>;

export function SelectField({
  label,
  hint,
  error,
  bare = false,
  unit: _none,
  children,
  ...select
}: SelectProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <select
        {...select}
        id={id}
        className={boxOf(error)}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, hint, error)}
      >
        {children}
      </select>
    </Frame>
  );
}

function Frame({
  id,
  label,
  hint,
  error,
  bare,
  children,
}: Around & { id: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={bare ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-[0.8125rem] leading-snug text-muted">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="mt-1 flex gap-1.5 text-[0.8125rem] leading-snug text-bad">
          <ToneSign tone="bad" className="mt-px" />
          <span className="min-w-0 break-words">{error}</span>
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, hint: unknown, error: unknown): string | undefined {
  const ids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : undefined;
}
