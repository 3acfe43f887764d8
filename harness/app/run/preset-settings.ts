/** Settings of a command that the preset of its environment gives: where its state and its history are, and how its log reads. */
import { fillSecrets } from '../../base/fill-secrets.ts'
import { lookUp } from '../../base/names.ts'
import type { Host } from '../../ports/host.ts'
import type { Preset } from '../../scenario/presets.ts'
import { readProjectConfig } from '../../scenario/project-config.ts'
import { resolveSecrets, secretNamesIn } from '../../scenario/secrets.ts'

export type PresetSettings = Pick<Preset, 'state' | 'store' | 'log'>

/** Returns the settings with their secrets; none without an environment or a preset. @throws HarnessError CONFIG_INVALID, SECRET_MISSING */
export async function presetSettings(
  environment: string | undefined,
  { cwd, env }: Pick<Host, 'cwd' | 'env'>,
): Promise<PresetSettings> {
  if (environment === undefined) return {}
  const { environments = {} } = await readProjectConfig(cwd)
  const preset = lookUp(environments, environment)
  if (preset === undefined) return {}
  const { state, store, log } = preset
  const given = { ...(state && { state }), ...(store && { store }), ...(log && { log }) }
  return fillSecrets(given, resolveSecrets(secretNamesIn(given, []), env))
}
