/** undici as ccxt imports it, by names: inside a bundle a package of the older kind has none of its own. */
import undici from '../../node_modules/undici/index.js';

export const { Agent, ProxyAgent, fetch, request } = undici;
