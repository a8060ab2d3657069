/**
 * `npm run migration -- name`: writes the SQL that leads from the existing migrations to prisma/schema.prisma
 * as the next migration. Read it before you commit it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { schemaDifference } from './schema-difference.ts';

const root = path.resolve(import.meta.dirname, '../..');
const usage = 'usage: npm run migration -- name_in_snake_case   (after changing prisma/schema.prisma)';
const [name, ...others] = process.argv.slice(2);

if (process.argv.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
if (name === undefined || others.length > 0 || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error(usage);
  process.exit(2);
}

const migrations = path.join(root, 'prisma/migrations');
fs.mkdirSync(migrations, { recursive: true });
const lockfile = path.join(migrations, 'migration_lock.toml');
if (!fs.existsSync(lockfile)) fs.writeFileSync(lockfile, 'provider = "sqlite"\n');

const sql = await schemaDifference(path.join(root, 'prisma/schema.prisma'), migrations);
if (sql === null) {
  console.log('The migrations already make exactly this schema: nothing to write.');
} else {
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = path.join(migrations, `${stamp}_${name}`, 'migration.sql');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, sql);
  console.log(`Written: ${path.relative(root, file)}`);
}
