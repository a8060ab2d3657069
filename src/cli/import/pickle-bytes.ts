/**
 * The arguments of a pickle's opcodes: numbers and texts in their binary and their older line-wise forms.
 *
 * Invariant: nothing is read beyond the end, and no number leaves that JavaScript would round.
 */
import { PickleRefusal } from './pickle-refusal.ts';

const protocolMax = 5;
/** Numbers of a ladder have far fewer digits; longer ones would only take time. */
const longBytesMax = 16;
const lineCharsMax = 4096;

export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  protocol(): void {
    const number = this.byte();
    if (number > protocolMax)
      throw new PickleRefusal('broken', `its protocol ${number} is newer than ${protocolMax}`);
  }

  /** A frame says how many bytes belong together; they are all here already. */
  frame(): void {
    const length = this.length64();
    if (length > this.#bytes.length - this.#at) throw cutShort();
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  length32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  length64(): number {
    return safe(this.#view.getBigUint64(this.#take(8), true));
  }

  /** The one big-endian form of the format. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** Two's complement, little-endian, as many bytes as needed. */
  long(length: number): number {
    if (length > longBytesMax) throw new PickleRefusal('too_large', 'it holds a number with too many digits');
    const start = this.#take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index -= 1) {
      value = value * 256n + BigInt(this.#bytes[start + index] ?? 0);
    }
    return safe(BigInt.asIntN(length * 8, value));
  }

  utf8(length: number): string {
    const bytes = this.#slice(length);
    try {
      // Python writes lone surrogates too; no setting has one.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new PickleRefusal('broken', 'it holds text that is not UTF-8');
    }
  }

  ascii(length: number): string {
    return latin1(this.#slice(length));
  }

  /** `5`, or a truth value in its oldest form, `00` and `01`. */
  textInteger(): number | boolean {
    const line = this.#line();
    if (line === '00' || line === '01') return line === '01';
    return textNumber(line);
  }

  /** `5L` or `5`. */
  textLong(): number {
    return textNumber(this.#line().replace(/L$/, ''));
  }

  textFloat(): number {
    const line = this.#line();
    if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(line)) return Number(line);
    if (/^(nan|-?inf)$/.test(line)) return Number.NaN;
    throw new PickleRefusal('broken', 'it holds a number that is none');
  }

  /** Latin-1 with `\uXXXX` and `\UXXXXXXXX` for the rest. */
  escapedText(): string {
    return this.#line().replace(
      /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
      (_, short?: string, long?: string) => {
        const point = Number.parseInt(short ?? long ?? '', 16);
        if (point > 0x10_ff_ff)
          throw new PickleRefusal('broken', 'it holds text with an impossible character');
        return String.fromCodePoint(point);
      },
    );
  }

  /** Python 2's `'text'`. */
  quotedText(): string {
    const text = /^(['"])([^\\]*)\1$/.exec(this.#line())?.[2];
    if (text === undefined)
      throw new PickleRefusal('broken', 'it holds text in a form that is not read here');
    return text;
  }

  textIndex(): number {
    const index = textNumber(this.#line());
    if (index < 0) throw new PickleRefusal('broken', 'it recalls a value that is not there');
    return index;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw cutShort();
    if (end - this.#at > lineCharsMax)
      throw new PickleRefusal('too_large', 'it holds a text that is too long');
    const line = latin1(this.#slice(end - this.#at));
    this.#at += 1;
    return line;
  }

  #slice(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw cutShort();
    this.#at += length;
    return start;
  }
}

function textNumber(line: string): number {
  if (!/^-?\d{1,40}$/.test(line)) throw new PickleRefusal('broken', 'it holds a number that is none');
  return safe(BigInt(line));
}

function safe(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new PickleRefusal('too_large', 'it holds a number with too many digits');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function cutShort(): PickleRefusal {
  return new PickleRefusal('broken', 'it is cut short');
}
