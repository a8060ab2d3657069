import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../server/openapi.ts';
import { curlOf, doorsOf, fieldsOf, type OpenApi } from './description.ts';

const document = openApiDocument('https://bots.example.com') as OpenApi;
const door = (tag: string, path: string) => {
  const found = doorsOf(document, tag).find((one) => one.path === path);
  if (found === undefined) throw new Error(`${path} is not described`);
  return found;
};

describe('the page of the REST doors', () => {
  it('shows every described door once', () => {
    const shown = document.tags.flatMap(({ name }) => doorsOf(document, name));
    const described = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
    expect(shown).toHaveLength(described.length);
    expect(shown.every(({ summary }) => summary !== '')).toBe(true);
  });

  it.each([
    ['Bot', '/api/bot/status', 'curl $BLITZ/api/bot/status \\\n  -H "Authorization: Bearer $TOKEN"'],
    ['Diagnostics', '/readyz', 'curl $BLITZ/readyz'],
    ['Diagnostics', '/api/account/export', 'curl $BLITZ/api/account/export \\\n  -b cookies.txt'],
  ])('of %s %s shows what a shell sends', (tag, path, expected) => {
    expect(curlOf(door(tag, path))).toBe(expected);
  });

  it('shows a body and a query in the example', () => {
    expect(curlOf(door('Bot', '/api/bot/stop'))).toContain(`-d '{"mode":"protect"}'`);
    expect(curlOf(door('Bot', '/api/bot/recover'))).toContain('"$BLITZ/api/bot/recover?dryRun=1"');
  });

  it('shows the fields of nested objects, also of those that may be null or are in a list', () => {
    const done = door('Bot', '/api/bot/status').answers.find(({ status }) => status === '200');
    const fields = fieldsOf(document, done?.schema ?? {}).map(({ name, depth }) => `${depth} ${name}`);
    expect(fields).toEqual(expect.arrayContaining(['0 running', '1 takeProfitPrice', '1 tag', '1 covered']));
  });
});
