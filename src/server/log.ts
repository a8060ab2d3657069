/**
 * The log: one JSON object per line on stdout, or a readable line on a terminal. stderr talks to people.
 *
 * Invariant: whatever is called a key, secret, password, token, cookie or authorization is never written, at
 * the top or one or two levels down. Exchange keys in free text are the caller's to leave out.
 */
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

const secretNames = [
  'apiKey',
  'apiSecret',
  'key',
  'secret',
  'password',
  'passwordHash',
  'token',
  'cookie',
  'set-cookie',
  'authorization',
  'Authorization',
  'signature',
  'sealedKey',
  'sealedSecret',
  'X-BAPI-API-KEY',
  'X-BAPI-SIGN',
];

const secretPaths = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

export function createLog(level: LogLevel, destination: DestinationStream = standardOutput()): Log {
  const redact = { paths: secretPaths, censor: '[redacted]' };
  const serializers = { err: stdSerializers.err, error: stdSerializers.err };
  return pino({ level, base: null, redact, serializers }, destination);
}

function standardOutput(): DestinationStream {
  const write = process.stdout.isTTY ? (line: string) => readable(line) : (line: string) => line;
  return { write: (line) => void process.stdout.write(write(line)) };
}

/** `12:03:04 warn  the message {"userId":1}` */
export function readable(line: string): string {
  const { level, time, msg, ...rest } = JSON.parse(line) as { level: number; time: number; msg?: string };
  const clock = new Date(time).toTimeString().slice(0, 8);
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return `${clock} ${(pino.levels.labels[level] ?? String(level)).padEnd(5)} ${msg ?? ''}${details}\n`;
}
