import { afterEach, expect, test } from 'vitest';
import { control, newKeys, type Running, signed, startTestPaper, stopTestPaper, TOKEN } from '../testing.ts';

let paper: Running;
afterEach(() => stopTestPaper(paper));

const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Market', qty: '0.1' };
const place = (keys: { apiKey: string; apiSecret: string }, change: object = {}) =>
  signed(paper.url, keys, { path: '/v5/order/create', data: { ...order, ...change } });

test('without its token the control side is not there; with a wrong one it is closed', async () => {
  paper = await startTestPaper();
  const ask = async (authorization?: string) =>
    (
      await fetch(`${paper.url}/control/books`, {
        headers: authorization === undefined ? {} : { authorization },
      })
    ).status;
  expect(await ask()).toBe(401);
  expect(await ask('Bearer wrong')).toBe(401);
  expect(await ask(`Bearer ${TOKEN}`)).toBe(200);
  await stopTestPaper(paper);
  paper = await startTestPaper({ PAPER_CONTROL_TOKEN: '' });
  expect(await ask(`Bearer ${TOKEN}`)).toBe(404);
});

test('the books of an account add up', async () => {
  paper = await startTestPaper();
  const keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
  await place(keys, { orderLinkId: 'in' });
  await place(keys, { orderLinkId: 'out', side: 'Sell' });
  type Books = {
    wallet: string;
    orders: { orderLinkId: string; status: string; cumExecQty: string }[];
    executions: { execFee: string; execPrice: string; execQty: string; side: string }[];
    ledger: { change: string; balance: string; type: string }[];
  };
  const books = (await control(paper, `books?uid=${keys.uid}`)) as Books;
  expect(books.orders).toMatchObject([
    { orderLinkId: 'in', status: 'Filled', cumExecQty: '0.1' },
    { orderLinkId: 'out', status: 'Filled', cumExecQty: '0.1' },
  ]);
  expect(books.ledger[0]).toMatchObject({ type: 'deposit', change: '10000', balance: '10000' });
  expect(books.ledger.at(-1)?.balance).toBe(books.wallet);
  const fees = books.executions.reduce((sum, each) => sum + Number(each.execFee), 0);
  expect(Number(books.wallet)).toBeCloseTo(10_000 - fees, 8); // bought and sold at the same price
  expect(await control(paper, 'books')).toMatchObject({
    accounts: [{ uid: keys.uid, wallet: books.wallet }],
  });
  expect(await control(paper, 'books?uid=5')).toMatchObject({ error: 'unknown_account' });
});

test('what stands now is told without the past', async () => {
  paper = await startTestPaper();
  const keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
  await place(keys, { orderLinkId: 'in' });
  await place(keys, { orderLinkId: 'rests', side: 'Sell', orderType: 'Limit', price: '9000' });
  const { accounts } = (await control(paper, 'books?standing')) as { accounts: object[] };
  expect(accounts).toMatchObject([
    {
      uid: keys.uid,
      positions: [{ side: 'Buy', size: '0.1' }],
      orders: [{ orderLinkId: 'rests', status: 'New' }],
    },
  ]);
  expect(Object.keys(accounts[0] ?? {})).toEqual(['uid', 'wallet', 'positions', 'orders']);
});

test('accounts are made to measure, once', async () => {
  paper = await startTestPaper();
  const mine = { apiKey: 'mine', apiSecret: 'secret', balance: '250.5' };
  const made = await control(paper, 'accounts', { body: mine });
  expect(made).toMatchObject({ balance: '250.5' });
  expect(await control(paper, 'accounts', { body: mine })).toEqual(made);
  expect(await control(paper, 'accounts', { body: { ...mine, apiSecret: 'other' } })).toMatchObject({
    error: 'key_taken',
  });
  expect(await control(paper, 'accounts', { body: { ...mine, apiKey: 'b', balance: '-1' } })).toMatchObject({
    error: 'bad_request',
  });
  expect(await place(mine)).toMatchObject({ retCode: 0 });
});

test('the feed pauses, steps by candles, and goes on', async () => {
  paper = await startTestPaper();
  const paused = (await control(paper, 'feed', { body: { action: 'pause' } })) as { marketTime: number };
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await control(paper, 'feed')).toMatchObject({ paused: true, marketTime: paused.marketTime });
  const stepped = (await control(paper, 'feed', { body: { action: 'step', candles: 3 } })) as {
    marketTime: number;
  };
  expect(Math.floor(stepped.marketTime / 60_000) - Math.floor(paused.marketTime / 60_000)).toBe(2); // the unfinished one counts
  expect(await control(paper, 'feed', { body: { action: 'resume' } })).toMatchObject({ paused: false });
  expect(await control(paper, 'feed', { body: { action: 'rewind' } })).toMatchObject({
    error: 'bad_request',
  });
});
