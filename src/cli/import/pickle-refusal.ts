/** Why a pickle is not read; it never leaves `readPickle`. */
export class PickleRefusal extends Error {
  readonly code: 'not_plain_data' | 'broken' | 'too_large';

  constructor(code: PickleRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}
