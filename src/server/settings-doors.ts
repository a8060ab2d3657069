/**
 * Reading, trying and saving a ladder. Saved is only what can be traded: structure here, the rest by the
 * bots' `preview`, whose warnings are shown and do not stand in the way.
 */
import type { LadderSettings, SettingsPreview, SettingsProblem } from '../domain/settings.ts';
import { record } from './audit.ts';
import { toRefusal } from './bot-doors.ts';
import { askVenue } from './limits.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import { readSettings } from './settings-schema.ts';

export interface SavedSettings {
  settings: LadderSettings;
  /** Which fields count at once, and which with the next cycle. */
  applied: { now: string[]; nextCycle: string[] };
  warnings: SettingsProblem[];
}

/** Errors: `not_found`. */
export async function getSettings(userId: number): Promise<Answer<LadderSettings>> {
  const settings = await runtime().settings.read(userId);
  return settings === null
    ? refuse(
        'not_found',
        'There are no settings yet: the usual ones are made as soon as the paper exchange answers.',
      )
    : { ok: true, value: settings };
}

/**
 * What the ladder would look like now. Wrong input is part of the preview, so that a form can show it.
 * Errors: `venue_unavailable`, `rate_limited`.
 */
export async function previewSettings(userId: number, input: unknown): Promise<Answer<SettingsPreview>> {
  const reading = readSettings(input);
  if (!reading.ok) return { ok: true, value: { legs: [], errors: reading.errors, warnings: [] } };
  return askVenue(userId, () => preview(userId, reading.value), 'preview');
}

/** Errors: `invalid_settings` with every wrong field, `venue_unavailable`, `rate_limited`; then nothing was saved. */
export async function saveSettings(userId: number, input: unknown): Promise<Answer<SavedSettings>> {
  const reading = readSettings(input);
  if (!reading.ok) return invalid(reading.errors);
  const tried = await askVenue(userId, () => preview(userId, reading.value));
  if (!tried.ok) return tried;
  if (tried.value.errors.length > 0) return invalid(tried.value.errors);
  const before = await runtime().settings.read(userId);
  await runtime().settings.save(userId, reading.value);
  await record('settings.save', { subjectId: userId, detail: changesOf(before, reading.value) });
  const applied = await runtime().bots.settingsChanged(userId, before);
  return { ok: true, value: { settings: reading.value, applied, warnings: tried.value.warnings } };
}

/** Every field that is not what it was: `{takeProfit: ["5", "7.5"]}`. */
function changesOf(before: LadderSettings | null, after: LadderSettings): Record<string, [unknown, unknown]> {
  const pairs = Object.entries(after).map(([name, value]): [string, [unknown, unknown]] => [
    name,
    [before?.[name as keyof LadderSettings] ?? null, value],
  ]);
  return Object.fromEntries(pairs.filter(([, [was, is]]) => JSON.stringify(was) !== JSON.stringify(is)));
}

async function preview(userId: number, settings: LadderSettings): Promise<Answer<SettingsPreview>> {
  const result = await runtime().bots.preview(userId, settings);
  return result.ok ? result : toRefusal(result);
}

function invalid(errors: SettingsProblem[]): Answer<never> {
  const message = errors.map(withPath).join('\n');
  return { ok: false, error: { code: 'invalid_settings', message, errors } };
}

/** Every line says where: the bots' own messages name the leg, but not the field. */
function withPath({ path, message }: SettingsProblem): string {
  return path === '' || message.startsWith(`${path}:`) ? message : `${path}: ${message}`;
}
