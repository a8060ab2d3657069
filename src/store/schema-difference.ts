/** What SQL leads from the migrations to the schema: none when a database made by them is exactly the schema. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert } from '../domain/assert.ts';
import { migrate } from './migrate.ts';
import { noFilter, withSchemaEngine } from './schema-engine.ts';

/** Applies the migrations to a scratch database and compares it with the schema; null when they agree. */
export async function schemaDifference(schemaFile: string, migrationsFolder: string): Promise<string | null> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'blitz-schema-'));
  try {
    const database = path.join(scratch, 'scratch.db');
    const migrated = await migrate(database, migrationsFolder);
    assert(migrated.ok, 'the migrations apply to an empty database');
    const schema = fs.readFileSync(schemaFile, 'utf8');
    const files = [{ path: 'schema.prisma', content: schema }];
    const difference = await withSchemaEngine(database, schema, (engine) =>
      engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: scratch },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: true,
        filters: noFilter,
      }),
    );
    // With `exitCode` the engine answers 2 when there is a difference.
    return difference.exitCode === 2 ? difference.stdout : null;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
