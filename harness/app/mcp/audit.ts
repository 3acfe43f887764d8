/** A line for every call of a tool, so that people can see afterwards what was asked and what was done. */
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { createMask, maskData } from '../../base/secret-mask.ts'
import type { Host } from '../../ports/host.ts'
import { appendRegularFile } from '../../system/files.ts'
import { isSecretName } from '../../telemetry/secret-names.ts'
import { cleaned } from './fence.ts'

export const AUDIT_FILE = '.proofload/mcp-audit.ndjson'

/** One call, as it is written. */
export interface AuditLine {
  readonly client: string
  readonly tool: string
  readonly arguments: unknown
  readonly decision: 'started' | 'done' | 'refused'
  /** Error code of a refusal. */
  readonly code?: string
  readonly runId?: string
}

/** Arguments that are documents are told by their hash, and tokens not at all. */
const DOCUMENTS: readonly string[] = ['yaml', 'scenario']
const TOKENS: readonly string[] = ['confirm']

export class Audit {
  readonly #file: string
  readonly #host: Pick<Host, 'clock' | 'env'>

  constructor(host: Pick<Host, 'clock' | 'cwd' | 'env'>) {
    this.#file = resolve(host.cwd, AUDIT_FILE)
    this.#host = host
  }

  /** @throws HarnessError REPORT_UNWRITABLE */
  async write(line: AuditLine): Promise<void> {
    const { clock } = this.#host
    const told = { at: isoOf(clock.wallMs()), ...line, arguments: this.#told(line.arguments) }
    try {
      await mkdir(dirname(this.#file), { recursive: true })
      await appendRegularFile(this.#file, `${JSON.stringify(told)}\n`)
    } catch (cause) {
      throw new HarnessError(
        'REPORT_UNWRITABLE',
        `the log of calls ${this.#file} cannot be written: ${messageOf(cause)}`,
        {
          cause,
          hint: 'Nothing is done that nobody could see afterwards: make the file writable.',
        },
      )
    }
  }

  /** Without values of the environment that go by the name of a secret. */
  #told(given: unknown): unknown {
    if (typeof given !== 'object' || given === null) return cleaned(given)
    const secrets = Object.entries(this.#host.env).filter(
      ([name, value]) => isSecretName(name) && value !== undefined,
    )
    const mask = createMask(Object.fromEntries(secrets) as Record<string, string>)
    const entries = Object.entries(given).map(([key, value]) => [key, argumentOf(key, value)] as const)
    return maskData(cleaned(Object.fromEntries(entries)), mask)
  }
}

function argumentOf(key: string, value: unknown): unknown {
  if (TOKENS.includes(key)) return 'given'
  if (!DOCUMENTS.includes(key)) return value
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return `sha256 ${createHash('sha256').update(text).digest('hex')}`
}
