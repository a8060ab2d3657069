/**
 * Bots for trying doors and pages without a venue: they keep what they are told and follow the rules of the
 * surface (a second start is refused, stopping what does not run is refused), nothing more.
 */
import type { Bots, BotSummary, BotView, ProtectionView } from '../bot/bot-view.ts';
import type { SettingsPreview } from '../domain/settings.ts';

export interface FakeBots extends Bots {
  /** What was asked, oldest first, for example "stop 7 close". */
  calls: string[];
  /** For whom the venue was read, oldest first, for example "preview 7". */
  reads: string[];
  /** Changes a bot and tells whoever listens. */
  show(userId: number, change: Partial<BotView>): void;
  /** What `preview` answers. */
  previewAnswer: SettingsPreview;
  /** The next `start` without consent is refused: somebody's position is there. */
  existingPosition: boolean;
  reconciled: boolean;
}

/** Nothing is held. */
export const NO_PROTECTION: ProtectionView = {
  covered: true,
  state: 'none',
  cause: null,
  uncoveredSince: null,
  uncoveredMs: 0,
  unknownMs: 0,
  longestGapMs: 0,
  alert: false,
  total: { uncoveredMs: 0, unknownMs: 0, longestGapMs: 0 },
};

/** Held, and not covered. */
export const UNCOVERED: ProtectionView = {
  ...NO_PROTECTION,
  covered: false,
  state: 'uncovered',
  cause: 'the take-profit is missing',
};

export function idleView(userId: number): BotView {
  return {
    userId,
    running: false,
    status: 'not_running',
    uptime: 0,
    message: 'The bot is not running.',
    venue: 'bybit',
    environment: 'paper',
    connected: false,
    cycle: null,
    cooldownUntil: null,
    position: null,
    lastPrice: null,
    orders: [],
    protection: NO_PROTECTION,
    walletBalance: null,
    lastError: null,
    warnings: [],
    heartbeatAt: null,
    askedAt: null,
  };
}

export function createFakeBots(): FakeBots {
  const views = new Map<number, BotView>();
  const listeners = new Set<(view: BotView) => void>();
  const viewOf = (userId: number) => views.get(userId) ?? idleView(userId);
  const bots: FakeBots = {
    calls: [],
    reads: [],
    previewAnswer: { legs: [], errors: [], warnings: [] },
    existingPosition: false,
    reconciled: true,
    show(userId, change) {
      const view = { ...viewOf(userId), ...change };
      views.set(userId, view);
      for (const listener of listeners) listener(view);
    },
    async start(userId, options) {
      bots.calls.push(`start ${userId}${options?.adoptPosition === true ? ' adopt' : ''}`);
      if (viewOf(userId).running) return refused('already_running', 'The bot is already running.');
      if (bots.existingPosition && options?.adoptPosition !== true) {
        return refused('existing_position', 'A long position of 0.004 BTC at 26200 was there before.');
      }
      bots.show(userId, { running: true, status: 'running', message: 'The bot is running.' });
      return { ok: true, value: { view: viewOf(userId) } };
    },
    async stop(userId, mode) {
      bots.calls.push(`stop ${userId} ${mode}`);
      const view = viewOf(userId);
      if (!view.running && view.status !== 'protecting')
        return refused('not_running', 'The bot is not running.');
      const protecting = mode === 'protect' && view.position !== null;
      const status = protecting ? 'protecting' : 'stopped';
      if (!view.running && view.status === status) return { ok: true, value: { status, unchanged: true } };
      bots.show(userId, { running: false, status, message: `The bot is ${status}.` });
      return { ok: true, value: { status } };
    },
    async recover(userId, { dryRun }) {
      bots.calls.push(`recover ${userId}${dryRun ? ' dry' : ''}`);
      return { ok: true, value: { actions: [], checked: [], notes: [], message: 'Everything is in place.' } };
    },
    status: async (userId) => viewOf(userId),
    async look(userId) {
      bots.calls.push(`look ${userId}`);
      return { ok: true, value: { view: viewOf(userId) } };
    },
    overview: () => [...views.values()],
    summaries: async () => [...views.values()].map(summaryOfView),
    settingsChanged: async () => ({ now: ['takeProfit'], nextCycle: ['legs'] }),
    async credentialChanged(userId) {
      bots.calls.push(`key ${userId}`);
    },
    async preview(userId) {
      bots.reads.push(`preview ${userId}`);
      return { ok: true, value: bots.previewAnswer };
    },
    async symbols(userId) {
      bots.reads.push(`symbols ${userId}`);
      return { ok: true, value: ['BTC/USDT', 'ETH/USDT'] };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready: () => bots.reconciled,
    shutdown: async () => undefined,
  };
  return bots;
}

function summaryOfView(view: BotView): BotSummary {
  const { userId, running, status, message, connected, lastError, heartbeatAt } = view;
  const { cycle, position, protection } = view;
  return {
    userId,
    running,
    status,
    message,
    connected,
    lastError,
    heartbeatAt,
    startedAt: running ? new Date(Date.now() - view.uptime * 1000).toISOString() : null,
    cycle: cycle === null ? null : { number: cycle.number, symbol: cycle.symbol, side: cycle.side },
    position:
      position === null ? null : { quantity: position.quantity, unrealizedPnl: position.unrealizedPnl },
    protection,
  };
}

function refused(error: string, message: string) {
  return { ok: false as const, error, message };
}
