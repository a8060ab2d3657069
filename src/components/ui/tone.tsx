/** Five tones, each with its own sign, so that colour never speaks alone. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';

export const TONE_TEXT: Record<Tone, string> = {
  good: 'text-good',
  bad: 'text-bad',
  warn: 'text-warn',
  info: 'text-accent',
  quiet: 'text-muted',
};

export const TONE_SOFT: Record<Tone, string> = {
  good: 'bg-good-soft',
  bad: 'bg-bad-soft',
  warn: 'bg-warn-soft',
  info: 'bg-info-soft',
  quiet: 'bg-sunken',
};

const SIGNS: Record<Tone, string> = {
  good: 'M4.5 8.5l2.5 2.5 4.5-5.5',
  bad: 'M5.5 5.5l5 5m0-5l-5 5',
  warn: 'M8 4.5v4.5m0 2.2v.3',
  info: 'M8 7.5v4M8 4.5v.3',
  quiet: 'M5 8h6',
};

export function ToneSign({ tone, className = '' }: { tone: Tone; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${TONE_TEXT[tone]} ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="7" />
      <path d={SIGNS[tone]} />
    </svg>
  );
}

/** A word on a tinted ground: a state in a table or a heading. */
export function Badge({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-[0.8125rem] font-medium whitespace-nowrap ${TONE_SOFT[tone]} ${TONE_TEXT[tone]}`}
    >
      <ToneSign tone={tone} className="size-3.5" />
      {children}
    </span>
  );
}
