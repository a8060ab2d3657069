/**
 * Reads a Python pickle of plain data (lists, tuples, dicts with text keys, text, numbers, None, True, False)
 * in the protocols 0 to 5, without ever running or constructing what it names.
 *
 * A pickle is a program for a small stack machine. Entry point: `readPickle`, which knows only the opcodes of
 * plain data; every other one (GLOBAL, REDUCE, BUILD, …) is refused by its name. Size, nesting, stack and memo
 * are bounded, so that no file can make it run long or hold much.
 *
 * The format: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { PickleBytes } from './pickle-bytes.ts';
import { PickleRefusal } from './pickle-refusal.ts';

export type PickleValue = null | boolean | number | string | PickleValue[] | PickleDict;
export type PickleDict = Map<string, PickleValue>;

export type PickleResult =
  | { ok: true; value: PickleValue }
  | { ok: false; error: { code: 'not_plain_data' | 'broken' | 'too_large'; message: string } };

const bytesMax = 64 * 1024;
const stackMax = 4096;
const memoMax = 4096;
const marksMax = 16;
const depthMax = 8;
const valuesMax = 4096;

export function readPickle(bytes: Uint8Array): PickleResult {
  try {
    if (bytes.length > bytesMax) throw new PickleRefusal('too_large', `it has more than ${bytesMax} bytes`);
    const value = run(new PickleBytes(bytes));
    checkShape(value);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof PickleRefusal)
      return { ok: false, error: { code: error.code, message: error.message } };
    throw error;
  }
}

function run(bytes: PickleBytes): PickleValue {
  const machine = new Machine(bytes);
  for (;;) {
    const opcode = bytes.byte();
    if (opcode === STOP) return machine.end();
    const execute = plainOpcodes.get(opcode);
    if (execute === undefined) refuseOpcode(opcode);
    execute(machine, bytes);
  }
}

/** The stack and the memo of the pickle machine. */
class Machine {
  readonly bytes: PickleBytes;
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack where a MARK was set. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: PickleBytes) {
    this.bytes = bytes;
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= stackMax) throw new PickleRefusal('too_large', 'it stacks too many values');
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const floor = this.#marks.at(-1) ?? 0;
    const value = this.#stack.length > floor ? this.#stack.pop() : undefined;
    if (value === undefined) throw new PickleRefusal('broken', 'it takes a value that is not there');
    return value;
  }

  mark(): void {
    if (this.#marks.length >= marksMax) throw new PickleRefusal('too_large', 'it is nested too deep');
    this.#marks.push(this.#stack.length);
  }

  /** Everything above the last MARK. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PickleRefusal('broken', 'it goes back to a mark that is not there');
    return this.#stack.splice(mark);
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  memoize(index = this.#memo.size): void {
    if (this.#memo.size >= memoMax) throw new PickleRefusal('too_large', 'it remembers too many values');
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleRefusal('broken', 'it recalls a value that is not there');
    this.push(value);
  }

  append(items: PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new PickleRefusal('broken', 'it appends to something that is no list');
    list.push(...items);
  }

  setItems(items: PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map))
      throw new PickleRefusal('broken', 'it sets a field of something that is no dict');
    for (const [key, value] of pairs(items)) dict.set(key, value);
  }

  end(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw new PickleRefusal('broken', 'it ends with values left over');
    return value;
  }
}

function pairs(items: PickleValue[]): [string, PickleValue][] {
  const found: [string, PickleValue][] = [];
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = items.slice(index, index + 2);
    if (value === undefined) throw new PickleRefusal('broken', 'a dict has a key without a value');
    if (typeof key !== 'string')
      throw new PickleRefusal('not_plain_data', 'a dict has a key that is not text');
    found.push([key, value]);
  }
  return found;
}

type Execute = (machine: Machine, bytes: PickleBytes) => void;

const STOP = code('.');

const plainOpcodes = new Map<number, Execute>([
  // PROTO and FRAME only announce.
  [0x80, (_, bytes) => bytes.protocol()],
  [0x95, (_, bytes) => bytes.frame()],
  [code('('), (machine) => machine.mark()],
  [code('N'), (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  // Numbers: INT, LONG, FLOAT as text; BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT.
  [code('I'), (machine, bytes) => machine.push(bytes.textInteger())],
  [code('L'), (machine, bytes) => machine.push(bytes.textLong())],
  [code('F'), (machine, bytes) => machine.push(bytes.textFloat())],
  [code('J'), (machine, bytes) => machine.push(bytes.int32())],
  [code('K'), (machine, bytes) => machine.push(bytes.byte())],
  [code('M'), (machine, bytes) => machine.push(bytes.uint16())],
  [0x8a, (machine, bytes) => machine.push(bytes.long(bytes.byte()))],
  [0x8b, (machine, bytes) => machine.push(bytes.long(bytes.length32()))],
  [code('G'), (machine, bytes) => machine.push(bytes.float64())],
  // Text: UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8; Python 2's STRING, BINSTRING, SHORT_BINSTRING.
  [code('V'), (machine, bytes) => machine.push(bytes.escapedText())],
  [code('X'), (machine, bytes) => machine.push(bytes.utf8(bytes.length32()))],
  [0x8c, (machine, bytes) => machine.push(bytes.utf8(bytes.byte()))],
  [0x8d, (machine, bytes) => machine.push(bytes.utf8(bytes.length64()))],
  [code('S'), (machine, bytes) => machine.push(bytes.quotedText())],
  [code('T'), (machine, bytes) => machine.push(bytes.ascii(bytes.length32()))],
  [code('U'), (machine, bytes) => machine.push(bytes.ascii(bytes.byte()))],
  // Lists and tuples: EMPTY_LIST, LIST, APPEND, APPENDS, EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3.
  [code(']'), (machine) => machine.push([])],
  [code('l'), (machine) => machine.push(machine.popToMark())],
  [code('a'), (machine) => popThen(machine, 1, (items) => machine.append(items))],
  [code('e'), (machine) => machine.append(machine.popToMark())],
  [code(')'), (machine) => machine.push([])],
  [code('t'), (machine) => machine.push(machine.popToMark())],
  [0x85, (machine) => popThen(machine, 1, (items) => machine.push(items))],
  [0x86, (machine) => popThen(machine, 2, (items) => machine.push(items))],
  [0x87, (machine) => popThen(machine, 3, (items) => machine.push(items))],
  // Dicts: EMPTY_DICT, DICT, SETITEM, SETITEMS.
  [code('}'), (machine) => machine.push(new Map())],
  [code('d'), (machine) => machine.push(new Map(pairs(machine.popToMark())))],
  [code('s'), (machine) => popThen(machine, 2, (items) => machine.setItems(items))],
  [code('u'), (machine) => machine.setItems(machine.popToMark())],
  // The memo: PUT, BINPUT, LONG_BINPUT, MEMOIZE, GET, BINGET, LONG_BINGET.
  [code('p'), (machine, bytes) => machine.memoize(bytes.textIndex())],
  [code('q'), (machine, bytes) => machine.memoize(bytes.byte())],
  [code('r'), (machine, bytes) => machine.memoize(bytes.length32())],
  [0x94, (machine) => machine.memoize()],
  [code('g'), (machine, bytes) => machine.recall(bytes.textIndex())],
  [code('h'), (machine, bytes) => machine.recall(bytes.byte())],
  [code('j'), (machine, bytes) => machine.recall(bytes.length32())],
]);

function popThen(machine: Machine, count: number, then: (items: PickleValue[]) => void): void {
  const items: PickleValue[] = [];
  for (let taken = 0; taken < count; taken += 1) items.unshift(machine.pop());
  then(items);
}

/** Opcodes that call, construct or fetch something, and kinds of data that settings never hold. */
const refusedNames: Record<number, string> = {
  [code('c')]: 'GLOBAL',
  0x93: 'STACK_GLOBAL',
  [code('R')]: 'REDUCE',
  [code('b')]: 'BUILD',
  [code('i')]: 'INST',
  [code('o')]: 'OBJ',
  0x81: 'NEWOBJ',
  0x92: 'NEWOBJ_EX',
  [code('P')]: 'PERSID',
  [code('Q')]: 'BINPERSID',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
  [code('B')]: 'BINBYTES',
  [code('C')]: 'SHORT_BINBYTES',
  0x8e: 'BINBYTES8',
  0x8f: 'EMPTY_SET',
  0x90: 'ADDITEMS',
  0x91: 'FROZENSET',
  0x96: 'BYTEARRAY8',
  0x97: 'NEXT_BUFFER',
  0x98: 'READONLY_BUFFER',
  [code('0')]: 'POP',
  [code('1')]: 'POP_MARK',
  [code('2')]: 'DUP',
};

function refuseOpcode(opcode: number): never {
  const name = refusedNames[opcode];
  if (name !== undefined)
    throw new PickleRefusal('not_plain_data', `it uses ${name}, which plain lists and numbers never need`);
  throw new PickleRefusal(
    'broken',
    `0x${opcode.toString(16).padStart(2, '0')} is no instruction of a pickle`,
  );
}

/** The memo allows values that contain themselves, or the same value a billion times: neither may leave here. */
function checkShape(value: PickleValue): void {
  let seen = 0;
  const visit = (part: PickleValue, depth: number): void => {
    seen += 1;
    if (depth > depthMax || seen > valuesMax)
      throw new PickleRefusal('too_large', 'it is nested too deep or holds too many values');
    if (part instanceof Map) part.forEach((inner) => visit(inner, depth + 1));
    else if (Array.isArray(part)) part.forEach((inner) => visit(inner, depth + 1));
  };
  visit(value, 0);
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
