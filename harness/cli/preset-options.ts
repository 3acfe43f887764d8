/** Flags that the preset of the environment gives: those that nobody has written. */
import type { Command } from 'commander'
import { type PresetSettings, presetSettings } from '../app/run/preset-settings.ts'
import type { Host } from '../ports/host.ts'

/** Returns the flags with what the preset of `--env` says in the place of defaults. @throws HarnessError CONFIG_INVALID, SECRET_MISSING */
export async function withPresetFlags<F extends { readonly env?: string }>(
  flags: F,
  command: Command,
  host: Host,
): Promise<F> {
  const settings = await presetSettings(flags.env, host)
  // A history that is left out stays left out.
  const isUsed = (key: string) => key !== 'store' || command.getOptionValue('history') !== false
  const unwritten = Object.entries(settings satisfies PresetSettings).filter(
    ([key]) => isUsed(key) && command.getOptionValueSource(key) !== 'cli',
  )
  return { ...flags, ...Object.fromEntries(unwritten) }
}
