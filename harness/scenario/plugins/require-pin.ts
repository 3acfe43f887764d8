import { HarnessError, type Problem } from '../../base/errors.ts'
import type { FoundPlugin } from './inspect-plugin.ts'
import { differencesOf } from './lock-file.ts'

/** The state of a plugin's pin. A file of the repository is reviewed with it, and needs none. */
export type PinState = 'pinned' | 'not-needed' | 'missing' | 'changed'

/** Compares what was found with the integrity that is stated and with the lock file: where there are both, both have to fit. */
export function pinStateOf({ stated, pin, integrity, version }: FoundPlugin): PinState {
  const pins = [stated, pin?.integrity].filter((each) => each !== undefined)
  if (pins.length === 0) return version === null ? 'not-needed' : 'missing'
  return pins.every((each) => each === integrity) ? 'pinned' : 'changed'
}

/** Refuses a plugin that is not what was pinned. @throws HarnessError PLUGIN_UNPINNED, PLUGIN_PIN */
export function requirePin(plugin: FoundPlugin): void {
  const { name, place, integrity } = plugin
  const state = pinStateOf(plugin)
  if (state === 'missing')
    throw new HarnessError(
      'PLUGIN_UNPINNED',
      `plugin ${name} is the package ${place}, which is not pinned; its files hash to ${integrity}`,
      { hint: 'Look at it, then pin it: proofload plugin pin SCENARIO.' },
    )
  if (state === 'changed')
    throw new HarnessError(
      'PLUGIN_PIN',
      `plugin ${name} is not what was pinned: ${causeOf(plugin)}; its files hash to ${integrity}`,
      {
        hint: 'Look at what changed; if it is right, pin it anew: proofload plugin pin SCENARIO.',
        problems: problemsOf(plugin),
      },
    )
}

function causeOf(plugin: FoundPlugin): string {
  const { pin, files, stated, integrity } = plugin
  const [first, ...others] = pin === undefined ? [] : differencesOf(pin.files, files)
  if (first !== undefined) return others.length === 0 ? first : `${first}, and ${others.length} more differ`
  return pin?.integrity === integrity
    ? `the scenario states ${stated}, which is not what plugins.lock.json holds`
    : `the scenario states ${stated}`
}

function problemsOf({ name, pin, files }: FoundPlugin): Problem[] {
  const path = `plugins.${name}`
  return pin === undefined ? [] : differencesOf(pin.files, files).map((message) => ({ path, message }))
}
