/** The load that a command line gives: a scenario file, or requests that take its place. */
import { HarnessError } from '../../base/errors.ts'
import type { Host } from '../../ports/host.ts'
import { sourceOfFlags, type UrlFlags } from '../../scenario/from-url/url-source.ts'
import { outputsOfFlags } from '../../scenario/given-outputs.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import type { ScenarioRequest } from './request.ts'

/** A load, and the host with the secrets of its flags in the environment. */
export interface GivenLoad {
  readonly scenario: Pick<ScenarioRequest, 'source' | 'overrides'>
  readonly host: Host
}

/** Parses `--output` flags. @throws HarnessError PLUGIN_UNKNOWN, USAGE */
export function givenOutputs(texts: readonly string[] = []): Pick<Overrides, 'outputs'> {
  return texts.length === 0 ? {} : { outputs: { byFlag: outputsOfFlags(texts) } }
}

/** @param given a file, or URLs @param flags those about the requests of URLs @throws HarnessError USAGE */
export function givenLoad(
  given: readonly string[],
  flags: UrlFlags,
  overrides: Overrides,
  host: Host,
): GivenLoad {
  const asked = sourceOfFlags(given, flags, host)
  if (asked === null) return { scenario: { source: given[0] as string, overrides }, host }
  const { source: urls, secrets } = asked
  const { requests } = flags
  if (requests !== undefined && overrides.iterations !== undefined)
    throw new HarnessError('USAGE', '--requests and --iterations say the same', {
      hint: 'Leave one of them out.',
    })
  const ends = requests === undefined ? {} : { iterations: String(requests) }
  return {
    scenario: { source: urls.requests[0]?.url as string, overrides: { ...overrides, ...ends, urls } },
    host: { ...host, env: { ...host.env, ...secrets } },
  }
}
