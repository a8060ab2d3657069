/** One row per user: what their bot does, how it goes, and the three switches. */
import type { BotStatusName } from '../../bot/bot-view.ts';
import type { Outputs } from '../api.ts';
import { pnlClass } from '../bot/position-card.tsx';
import { duration, exact, moment, signedMoney } from '../format.ts';
import { Cell, Table } from '../ui/table.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';
import { UserSwitches } from './user-switches.tsx';

type ManagedUser = Outputs['admin']['users']['list'][number];
type Bot = NonNullable<ManagedUser['bot']>;

const COLUMNS = [
  { name: 'User' },
  { name: 'State' },
  { name: 'Up', number: true },
  { name: 'Cycle', number: true },
  { name: 'Position' },
  { name: 'Unrealised', number: true },
  { name: 'Last error' },
  { name: 'Actions' },
];

const STATES: Record<BotStatusName, { tone: Tone; word: string }> = {
  not_running: { tone: 'quiet', word: 'not running' },
  starting: { tone: 'info', word: 'starting' },
  running: { tone: 'good', word: 'running' },
  protecting: { tone: 'warn', word: 'stopping safely' },
  stopped: { tone: 'quiet', word: 'stopped' },
  halted: { tone: 'bad', word: 'halted' },
  needs_attention: { tone: 'bad', word: 'needs attention' },
};

interface UsersTableProps {
  users: ManagedUser[];
  /** Both in ms since 1970. */
  now: number;
  receivedAt: number;
}

export function UsersTable({ users, now, receivedAt }: UsersTableProps) {
  return (
    <Table label="Users and their bots" columns={COLUMNS}>
      {users.map((user) => (
        <UserRow key={user.id} user={user} now={now} receivedAt={receivedAt} />
      ))}
    </Table>
  );
}

function UserRow({ user, now, receivedAt }: Omit<UsersTableProps, 'users'> & { user: ManagedUser }) {
  const { bot } = user;
  const { tone, word } = STATES[bot?.status ?? 'not_running'];
  const uptime =
    bot !== null && bot.uptime > 0 ? duration(bot.uptime + Math.max(0, now - receivedAt) / 1000) : '–';
  return (
    <tr>
      <Cell>
        <span className="block max-w-56 truncate font-medium" title={user.email}>
          {user.email}
        </span>
        <span className="block text-[0.8125rem] text-muted">
          id {user.id}
          {user.role === 'admin' && ' · admin'}
          {user.disabled && ' · disabled'}
          {bot?.environment != null && ` · ${bot.environment}`}
        </span>
      </Cell>
      <Cell>
        <Badge tone={tone}>{word}</Badge>
        {bot !== null && !bot.protection.covered && (
          <span className="mt-1 block">
            <Badge tone="bad">uncovered</Badge>
          </span>
        )}
      </Cell>
      <Cell number>
        {uptime}
        <span className="block text-[0.8125rem] text-muted">{describeHeartbeat(bot, now)}</span>
      </Cell>
      <Cell number>{bot?.cycle == null ? '–' : `${bot.cycle.number}`}</Cell>
      <Cell>{describePosition(bot)}</Cell>
      <Cell number className={`font-medium ${pnlClass(bot?.position?.unrealizedPnl)}`}>
        {signedMoney(bot?.position?.unrealizedPnl)}
      </Cell>
      <Cell wrap className="max-w-64 min-w-32 text-[0.8125rem]">
        <LastError bot={bot} now={now} />
      </Cell>
      <Cell>
        <UserSwitches user={user} />
      </Cell>
    </tr>
  );
}

function describePosition(bot: Bot | null): React.ReactNode {
  if (bot?.position == null) return '–';
  const { side, quantity, symbol } = bot.position;
  return (
    <>
      {side} {exact(quantity)}
      <span className="block text-[0.8125rem] text-muted">{symbol}</span>
    </>
  );
}

function LastError({ bot, now }: { bot: Bot | null; now: number }) {
  if (bot?.lastError == null) return '–';
  return (
    <span className="line-clamp-2" title={bot.lastError.message}>
      <span className="text-muted">{moment(bot.lastError.at, now)}</span> {bot.lastError.message}
    </span>
  );
}

function describeHeartbeat(bot: Bot | null, now: number): string {
  if (bot?.heartbeatAt == null) return '';
  return `heartbeat ${duration((now - Date.parse(bot.heartbeatAt)) / 1000)} ago`;
}
