/** The contract test of a plugin, run as its author wrote it. */
import { resolve } from 'node:path'
import { HarnessError } from '../base/errors.ts'
import { type JudgedLaw, runLaws } from '../contract/run-laws.ts'
import { PLUGIN_CONTRACT } from '../ports/plugin.ts'
import { bundlePlugin } from '../system/bundle-plugin.ts'
import { exists } from '../system/files.ts'
import { VERSION } from './run/version.ts'

/** A statement that an author may show: which laws hold, with which proofload. */
export interface ContractStatement {
  readonly contract: number
  /** The version of proofload. */
  readonly host: string
  readonly laws: readonly JudgedLaw[]
  readonly passed: number
  readonly failed: number
}

/**
 * Runs a contract test.
 * @param write takes what the test prints
 * @throws HarnessError PLUGIN_NOT_FOUND, PLUGIN_LOAD_FAILED, PLUGIN_BRINGS_HOST; PLUGIN_INVALID when not all laws could be judged
 */
export async function testPlugin(
  file: string,
  cwd: string,
  write: (text: string) => void,
): Promise<ContractStatement> {
  const path = resolve(cwd, file)
  if (!(await exists(path)))
    throw new HarnessError('PLUGIN_NOT_FOUND', `there is no contract test ${path}`, {
      hint: 'Begin with one: proofload plugin new target NAME.',
    })
  const bundled = await bundlePlugin(path, {
    code: 'PLUGIN_LOAD_FAILED',
    hint: 'A contract test is a TypeScript or JavaScript module; fix the places named above.',
  })
  if (bundled.bringsHost)
    throw new HarnessError('PLUGIN_BRINGS_HOST', `${file} bundles a proofload of its own`, {
      hint: "Import from 'proofload/plugin' and 'proofload/contract' only.",
    })
  const { laws, problem } = await runLaws(bundled.path, cwd, write)
  if (problem !== null)
    throw new HarnessError('PLUGIN_INVALID', `${file} ${problem}`, {
      hint: 'See what it printed above; an exchange that never settles, or a server that is not closed, ends a test so.',
    })
  if (laws.length === 0)
    throw new HarnessError('PLUGIN_INVALID', `${file} declares no law`, {
      hint: "Call describeTarget({ ... }) of 'proofload/contract' at its top level.",
    })
  const passed = laws.filter((law) => law.passed).length
  return { contract: PLUGIN_CONTRACT, host: VERSION, laws, passed, failed: laws.length - passed }
}
