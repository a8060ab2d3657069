/** What the bot is doing and whether the position is protected, first thing on the page. */
import type { BotView } from '../../bot/bot-view.ts';
import { duration, money } from '../format.ts';
import { TONE_SOFT, type Tone, ToneSign } from '../ui/tone.tsx';
import type { ProtectionWords } from './protection-words.ts';
import { describeState } from './state-words.ts';

interface BannerProps {
  view: BotView;
  /** Ms since 1970. */
  now: number;
  receivedAt: number;
}

const EDGES: Record<Tone, string> = {
  good: 'border-l-good',
  bad: 'border-l-bad',
  warn: 'border-l-warn',
  info: 'border-l-accent',
  quiet: 'border-l-edge',
};

export function StateBanner({ view, now, receivedAt }: BannerProps) {
  const words = describeState(view, now);
  const uptime = view.uptime > 0 ? view.uptime + Math.max(0, now - receivedAt) / 1000 : 0;
  return (
    <div className={`grid gap-4 border-l-4 p-4 sm:p-5 lg:grid-cols-2 ${EDGES[words.tone]}`}>
      <div>
        {/* Only the headline is read out when it changes: the seconds beneath it would never be silent. */}
        <output className="flex items-center gap-2 text-xl font-semibold" data-testid="bot-state">
          <ToneSign tone={words.tone} className="size-5" />
          {words.title}
        </output>
        <p className="mt-1 text-muted">{words.detail}</p>
        <p className="figures mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          <span>{describeVenue(view)}</span>
          {view.walletBalance !== null && <span>Balance {money(view.walletBalance)} USDT</span>}
          {uptime > 0 && <span>Up {duration(uptime)}</span>}
        </p>
      </div>
      <Protection words={words.protection} />
    </div>
  );
}

function Protection({ words }: { words: ProtectionWords }) {
  return (
    <div className={`rounded-lg p-3.5 ${TONE_SOFT[words.tone]}`}>
      <output className="flex items-center gap-2 font-semibold" data-testid="bot-protection">
        <ToneSign tone={words.tone} />
        {words.title}
      </output>
      <p className="figures mt-1 text-sm">{words.detail}</p>
      {words.clock !== null && (
        <p className="figures mt-2 text-[0.8125rem] opacity-80" data-testid="protection-clock">
          {words.clock}
        </p>
      )}
    </div>
  );
}

const VENUES = { bybit: 'Bybit', bingx: 'BingX' };
const ENVIRONMENTS = {
  paper: 'paper money',
  demo: 'demo account',
  testnet: 'test network',
  live: 'real money',
};

export function describeVenue({ venue, environment }: Pick<BotView, 'venue' | 'environment'>): string {
  if (venue === null || environment === null) return 'No exchange key yet';
  return environment === 'paper'
    ? `Paper exchange, ${ENVIRONMENTS.paper}`
    : `${VENUES[venue]}, ${ENVIRONMENTS[environment]}`;
}
