import fc from 'fast-check';
import { expect, test } from 'vitest';
import { originalPickle, originalSources } from '../../testing/original-files.ts';
import { type PickleValue, readPickle } from './pickle.ts';

const protocols = [0, 1, 2, 3, 4, 5];
const all = originalSources.flatMap((source) => protocols.map((protocol) => [source, protocol] as const));

const plain = [
  { amount: 20, gap: 0, none: null, yes: true, no: false },
  { int: 255, more: 65535, int32: -2147483648, long: 2 ** 40, negative: -(2 ** 40) },
  { float: 0.1, tiny: 1e-7, huge: 1e22, minus: -0.5 },
  { text: '1.5%', hangul: '김', emoji: '🙂', line: 'a\nb\\', empty: '', long: 'x'.repeat(300) },
  [],
  {},
  [[1, [2, [3, [4, 5], [6, 7, 8], []]]]],
];

function toPlain(value: PickleValue): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, inner]) => [key, toPlain(inner)]));
  return Array.isArray(value) ? value.map(toPlain) : value;
}

test.each(all)('plain data is read exactly (%s, protocol %i)', (source, protocol) => {
  const read = readPickle(originalPickle(source, `plain-${protocol}`));
  expect(read.ok && toPlain(read.value)).toEqual(plain);
});

test.each(all)('a value that is there twice is read twice (%s, protocol %i)', (source, protocol) => {
  const read = readPickle(originalPickle(source, `shared-${protocol}`));
  const one = { amount: '20', gap: 1 };
  expect(read.ok && toPlain(read.value)).toEqual([one, one]);
});

test.each(all)('what would run something is refused by name (%s, protocol %i)', (source, protocol) => {
  const read = readPickle(originalPickle(source, `attack-${protocol}`));
  const name = protocol >= 4 ? 'STACK_GLOBAL' : 'GLOBAL';
  expect(read).toEqual({
    ok: false,
    error: { code: 'not_plain_data', message: `it uses ${name}, which plain lists and numbers never need` },
  });
});

test.each(all)(
  'bytes, sets and numbers that would be rounded are refused (%s, protocol %i)',
  (source, protocol) => {
    for (const name of ['bytes', 'set', 'big']) {
      const read = readPickle(originalPickle(source, `${name}-${protocol}`));
      expect([name, read.ok]).toEqual([name, false]);
    }
  },
);

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['nothing', '', 'cut short'],
  ['no end', ']', 'cut short'],
  ['an end without a value', '.', 'not there'],
  ['values left over', 'NN.', 'left over'],
  ['a mark left over', '(N.', 'left over'],
  ['a pop through a mark', 'N(a.', 'not there'],
  ['an append to a number', 'I1\nNa.', 'no list'],
  ['a field of a list', ']NNs.', 'no dict'],
  ['a key without a value', '(Vx\nd.', 'without a value'],
  ['a key that is a number', '}I1\nNs.', 'not text'],
  ['a memo that is empty', 'g0\n.', 'not there'],
  ['an instruction that is none', '\xff.', '0xff'],
  ['a newer protocol', '\x80\x06N.', 'protocol 6'],
  ['a frame longer than the file', '\x80\x04\x95\xff\0\0\0\0\0\0\0N.', 'cut short'],
  ['a text longer than the file', 'X\xff\xff\xff\xff.', 'cut short'],
  ['a length beyond all numbers', '\x8d\xff\xff\xff\xff\xff\xff\xff\xff.', 'too many digits'],
  ['text that is not UTF-8', '\x8c\x01\xff.', 'not UTF-8'],
  ['a number that is none', 'I0x10\n.', 'none'],
  ['a float that is none', 'F1_0\n.', 'none'],
  ['a number of many digits', `I${'9'.repeat(41)}\n.`, 'none'],
  ['a long of many bytes', `\x8b\xff\xff\xff\x7f.`, 'too many digits'],
  ['an object', '(i__main__\nX\n.', 'INST'],
  ['an extension', '\x82\x01.', 'EXT1'],
])('a broken or foreign pickle is refused with its reason: %s', (_what, text, message) => {
  const read = readPickle(bytesOf(text));
  expect(!read.ok && read.error.message).toContain(message);
});

const shared = Array.from({ length: 6 }, (_, n) => `(${`g${n}\n`.repeat(9)}lp${n + 1}\n`);

test.each([
  ['a list that contains itself', ']p0\ng0\na.'],
  ['marks in marks', `${'('.repeat(1000)}.`],
  ['lists in lists', `${']'.repeat(500)}${'a'.repeat(499)}.`],
  ['a value that is there half a million times', `(]p0\n${shared.join('')}l.`],
  ['very many values', `(${'N'.repeat(10_000)}l.`],
  ['very many bytes', `V${'x'.repeat(100_000)}\n.`],
])('%s is refused before it takes time or memory', (_what, text) => {
  expect(readPickle(bytesOf(text))).toMatchObject({ ok: false, error: { code: 'too_large' } });
});

test('any bytes at all give a value or a refusal, never an error', () => {
  const start = fc.constantFrom('', ...'(]}Nlaesudp0\n'.split(''));
  fc.assert(
    fc.property(fc.array(fc.oneof(start, fc.string({ unit: 'binary', maxLength: 6 }))), (parts) => {
      const read = readPickle(bytesOf(parts.join('')));
      expect(typeof read.ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});
