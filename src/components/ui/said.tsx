/**
 * What an action answered, beneath its buttons. Good news goes away by itself after a while, trouble stays
 * until somebody has read it; both can be closed.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Notice } from './notice.tsx';
import type { Tone } from './tone.tsx';

export interface SaidText {
  tone: Tone;
  text: string;
}

const SHOWN_MS = 12_000;
const FOCUS_MS = 50;

export function useSaid() {
  const [said, setSaid] = useState<SaidText | null>(null);
  const say = useCallback((tone: Tone, text: string) => setSaid({ tone, text }), []);
  const clear = useCallback(() => setSaid(null), []);
  useEffect(() => {
    if (said === null || said.tone === 'bad') return;
    const timer = setTimeout(clear, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said, clear]);
  return { said, say, clear };
}

export function Said({ said, onClose }: { said: SaidText | null; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  // An answer below the fold is no answer. A dialog that closes with it gives the focus back first, and scrolls there.
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => box.current?.scrollIntoView({ block: 'nearest' }), FOCUS_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div ref={box} aria-live="polite" className={said === null ? '' : 'mt-3 scroll-my-4'}>
      {said !== null && (
        <Notice tone={said.tone} onClose={onClose}>
          {said.text}
        </Notice>
      )}
    </div>
  );
}
