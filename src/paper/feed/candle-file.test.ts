import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUNDLED_INSTRUMENTS } from '../instruments.ts';
import { HEADER, readCandleFile } from './candle-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'candles-'));
const instrument = BUNDLED_INSTRUMENTS.find((each) => each.id === 'FILUSDT');
if (instrument === undefined) throw new Error('FIL is bundled');

const GOOD = `${HEADER}\n60000,4.689,4.692,4.686,4.686,30174.6\n120000,4.687,4.687,4.682,4.684,9551.8\n`;
let files = 0;
function read(content: string | Buffer): ReturnType<typeof readCandleFile> & { path: string } {
  files += 1;
  const path = join(folder, `${files}.csv`);
  writeFileSync(path, content);
  return { ...readCandleFile(path, instrument as NonNullable<typeof instrument>), path };
}

test('candles are counted in whole ticks and lots, plain or gzipped', () => {
  const expected = [
    { openTime: 60_000, open: 4_689, high: 4_692, low: 4_686, close: 4_686, volume: 301_746 },
    { openTime: 120_000, open: 4_687, high: 4_687, low: 4_682, close: 4_684, volume: 95_518 },
  ];
  expect(read(GOOD)).toMatchObject({ ok: true, value: expected });
  expect(read(gzipSync(GOOD))).toMatchObject({ ok: true, value: expected });
});

test.each([
  ['an empty file', '', ':1: the header must be'],
  ['another header', 'time,open\n', ':1: the header must be'],
  ['no candles', `${HEADER}\n`, 'there is no candle'],
  ['a line that is cut off', `${GOOD}180000,4.6`, ':4: 6 fields are needed, the line has 2'],
  ['a word for a price', GOOD.replace('4.692', 'high'), ':2: high is not a number: "high"'],
  ['an exponent', GOOD.replace('4.692', '4e3'), ':2: high is not a number'],
  ['a negative price', GOOD.replace('4.692', '-4.692'), ':2: high is not a number'],
  ['an empty volume', GOOD.replace('9551.8', ''), ':3: volume is not a number'],
  [
    'times out of order',
    GOOD.replace('120000', '59000'),
    ':3: out of order: open_time 59000 does not follow 60000',
  ],
  ['a repeated time', GOOD.replace('120000', '60000'), ':3: out of order'],
  ['a price off the tick', GOOD.replace('4.684', '4.6845'), ':3: close 4.6845 is not a positive multiple'],
  ['a price of zero', GOOD.replace(/4\.\d+/g, '0'), ':2: open 0 is not a positive multiple'],
  ['a high below the close', GOOD.replace('4.692', '4.680'), ':2: high and low must enclose'],
])('%s is refused, naming file and line', (_name, content, message) => {
  const result = read(content);
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  expect(result).toMatchObject({ message: expect.stringContaining(result.path) });
});

test('a missing file and a truncated gzip say so', () => {
  const missing = join(folder, 'missing.csv');
  expect(readCandleFile(missing, instrument)).toEqual({ ok: false, message: `${missing}: no such file` });
  const zipped = gzipSync(GOOD);
  expect(read(zipped.subarray(0, zipped.length - 12))).toMatchObject({
    ok: false,
    message: expect.stringContaining('truncated or damaged'),
  });
});
