/** What `npm run paper -- --help` says: enough to point a client of one's own at the exchange. */
export const HELP = `The paper exchange: Bybit v5 and BingX swap (USDT perpetuals) on this machine. Its money is play money; its
answers, signatures, websockets, error codes and limits are the venues'. It needs no key, and no network but for
--feed public.

  npm run paper                                  run it until Ctrl+C
  npm run paper -- account [--balance N]         open an account: prints apiKey and apiSecret, good on both wires
  npm run paper -- status                        what runs, and whether its prices are alive
  npm run paper -- stop                          end the one of this instance folder

Two minutes with ccxt (npm install ccxt, and import it as ccxt in an .mjs file), while it runs:

  const url = 'http://127.0.0.1:8001';
  const account = await (await fetch(url + '/paper/accounts', {method: 'POST'})).json();
  const keys = {apiKey: account.apiKey, secret: account.apiSecret};

  const bybit = new ccxt.bybit({...keys, options: {defaultType: 'swap', fetchMarkets: {types: ['linear']}}});
  bybit.urls.api = {...bybit.urls.api, public: url, private: url};
  bybit.has.fetchCurrencies = false;
  await bybit.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01);

  const bingx = new ccxt.bingx({...keys, options: {defaultType: 'swap'}});
  bingx.urls.api = {...bingx.urls.api, swap: url + '/openApi', contract: url + '/openApi'};
  console.log(await bingx.fetchPositions());

Addresses (both wires serve the same accounts; every key works on both)
  Bybit  http://127.0.0.1:8001/v5/…              REST, signed as on Bybit (X-BAPI-* headers, or any SDK of Bybit's)
         ws://127.0.0.1:8001/v5/public/linear    tickers, publicTrade, kline, orderbook
         ws://127.0.0.1:8001/v5/private          order, execution, position, wallet
         ws://127.0.0.1:8001/v5/trade            order.create, order.amend, order.cancel, and batches
  BingX  http://127.0.0.1:8001/openApi/…         REST, signed as on BingX (X-BX-APIKEY, signature)
         ws://127.0.0.1:8001/swap-market         public topics; with ?listenKey=… the account's
  both   http://127.0.0.1:8001/paper/accounts    POST opens an account, body {"balance": "10000"} if wanted
         http://127.0.0.1:8001/paper/status      GET tells what runs
         http://127.0.0.1:8001/control/…         the control side, with PAPER_CONTROL_TOKEN
More examples (websockets, curl), faults, and the control side: docs/PAPER.md

Settings, each as a flag or a variable (also from .env); a flag wins
  --port N            PAPER_PORT           8001; 0 takes a free one
  --feed F            PAPER_FEED           synthetic | replay | public
  --files LIST        PAPER_FILES          FILUSDT=/x.csv.gz,NEARUSDT=/y.csv (replay)
  --public-url URL    PAPER_PUBLIC_URL     https://api.bybit.com (public)
  --speed N           PAPER_SPEED          market and funding time, 1 = real time
  --seed N            PAPER_SEED           of the synthetic prices, 1
  --start S           PAPER_START          now | first-order
  --partial-fills P   PAPER_PARTIAL_FILLS  on | off
  --instruments FILE  PAPER_INSTRUMENTS    replaces the bundled table (docs/PAPER.md)
  --rate-limits L     PAPER_RATE_LIMITS    on | off: 600 requests in 5 s, 10 orders a second, 50 reads a second
  --ip-ban-ms N       PAPER_IP_BAN_MS      how long an address over its limit stays out, 0 = until there is room
  --read-lag-ms N     PAPER_READ_LAG_MS    REST reads of orders, positions and executions lag by so much, 0
  --async-ack A       PAPER_ASYNC_ACK      off | on | ms: orders are acknowledged before they are decided
  --price-bands B     PAPER_PRICE_BANDS    adjust | refuse limit prices that lie too far through the market
  --link-ids L        PAPER_LINK_IDS       unique | reusable client order ids
                      PAPER_CONTROL_TOKEN  turns the control side on
                      BLITZ_DB_PATH        its folder is the instance folder (./instance)
  of the BingX wire alone:
  --bingx-strict S    PAPER_BINGX_STRICT   off | on: client order ids of letters and digits alone
  --bingx-freeze F    PAPER_BINGX_FREEZE   off | on: a resting take-profit holds its quantity
  --bingx-orders-per-second N
                      PAPER_BINGX_ORDERS_PER_SECOND  of one account, 10; BingX's older pages say 3
  --bingx-stream-seconds N
                      PAPER_BINGX_STREAM_SECONDS     life of a listen key that is not renewed, 3600

For account and status
  --url URL           PAPER_URL            where it runs; else the one of this instance folder, else PAPER_PORT
  --balance N                              USDT of a new account, 10000

For every command
  --json                                   one JSON object on stdout; run prints it as soon as it listens
  --help

Exit codes: 0 done or stopped in order, 1 failed, 2 wrong usage or settings.
`;
