/** Reads secrets of HashiCorp Vault over its HTTP interface. Redirects are not followed: a token goes to no other host. */
import * as z from 'zod'
import { connectionFailureOf } from '../base/errors.ts'
import { lookupFor } from '../base/loopback.ts'
import { lookUp } from '../base/names.ts'
import { recordOf } from '../base/record-of.ts'
import { resilient } from '../base/resilience.ts'

const LIMIT = resilient({ attempts: 2, timeoutMs: 5_000, pauseMs: 200, breaker: null })
/** More is no secret, but a wrong path. */
const ANSWER_BYTES_MAX = 1024 ** 2

/** A Vault, and who asks it. */
export interface VaultAccess {
  /** As in `VAULT_ADDR`. */
  readonly address: string
  readonly token: string
  /** As in `VAULT_NAMESPACE`; undefined = none. */
  readonly namespace: string | undefined
}

const fieldsSchema = recordOf(z.unknown())
const answerSchema = z.object({ data: fieldsSchema.nullish(), errors: z.array(z.unknown()).optional() })

/**
 * Reads a field of a secret, of either version of the key-value engine or of an engine that makes secrets.
 * @param path below `/v1/`, as `vault read` takes it: `secret/data/db`
 * Rejects with an error that says why, without the value of anything.
 */
export async function readVault(access: VaultAccess, path: string, field: string): Promise<string> {
  const { status, text } = await ask(access, 'GET', path)
  if (status === 404) throw new Error(`there is nothing at ${path}`)
  if (status !== 200) throw new Error(`status ${status} for ${path}${reasonIn(text)}`)
  const value = lookUp(fieldsIn(text), field)
  if (value === undefined) throw new Error(`the secret at ${path} has no field ${field}`)
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`the field ${field} of ${path} is no text`)
  return `${value}`
}

/** Prolongs the token by its own period. A token that cannot be renewed is no failure here: reading says whether it still holds. */
export async function renewVaultToken(access: VaultAccess): Promise<void> {
  await ask(access, 'POST', 'auth/token/renew-self')
}

/** The second version wraps the fields in `data` again, beside `metadata`. */
function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  const { data } = answerSchema.parse(JSON.parse(text))
  const inner = data?.['metadata'] === undefined ? undefined : fieldsSchema.safeParse(data['data']).data
  return inner ?? data ?? {}
}

function reasonIn(text: string): string {
  try {
    const { errors = [] } = answerSchema.parse(JSON.parse(text))
    return errors.length === 0 ? '' : `: ${errors.join(', ')}`
  } catch {
    // A proxy answers with a page of its own; the status says enough.
    return ''
  }
}

interface VaultAnswer {
  readonly status: number
  readonly text: string
}

async function ask(
  { address, token, namespace }: VaultAccess,
  method: 'GET' | 'POST',
  path: string,
): Promise<VaultAnswer> {
  const { Agent, request } = await import('undici')
  const url = new URL(`${address.replace(/\/+$/, '')}/v1/${path}`)
  const lookup = lookupFor(url.hostname)
  const dispatcher = new Agent({
    connect: lookup === undefined ? {} : { lookup },
    maxResponseSize: ANSWER_BYTES_MAX,
  })
  const headers = {
    'x-vault-token': token,
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  }
  try {
    return await LIMIT.execute(async ({ signal }) => {
      const { statusCode, body } = await request(url, { dispatcher, method, headers, signal })
      return { status: statusCode, text: await body.text() }
    })
  } catch (error) {
    throw new Error(connectionFailureOf(error, 'no answer'), { cause: error })
  } finally {
    await dispatcher.destroy()
  }
}
