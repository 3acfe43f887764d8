/** The secrets of a run: those of the environment, and those that are read from Vault, again and again where they say so. */
import { HarnessError, messageOf } from '../../base/errors.ts'
import { lookUp, putAt } from '../../base/names.ts'
import { type RenewableSecrets, renewSecret } from '../../base/renewed-secrets.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import { knownSecrets, resolveSecrets } from '../../scenario/secrets.ts'
import { readVault, renewVaultToken, type VaultAccess } from '../../system/vault.ts'

type Sources = NonNullable<RunPlan['secretSources']>
type Environment = Host['env']

/** A refresh that failed is tried again after this part of its time. */
const AGAIN_AFTER_RATIO = 0.1

export class RunSecrets {
  /** Reasons why secrets could not be read, by name. */
  readonly failures: Readonly<Record<string, string>>
  /** The environment, with what was read. */
  readonly env: Environment
  readonly #names: readonly string[]
  readonly #sources: Sources
  readonly #access: VaultAccess | null
  #values: RenewableSecrets | null = null

  /** @param env with what was read @param failures of what could not be read */
  constructor(
    { names, sources, access }: { names: readonly string[]; sources: Sources; access: VaultAccess | null },
    env: Environment,
    failures: Readonly<Record<string, string>>,
  ) {
    this.#names = names
    this.#sources = sources
    this.#access = access
    this.env = env
    this.failures = failures
  }

  /** Reads what the environment does not have. What cannot be read is a failure, for preflight to say. */
  static async read(
    { secrets, secretSources = {} }: Pick<RunPlan, 'secrets' | 'secretSources'>,
    env: Environment,
  ): Promise<RunSecrets> {
    const known = knownSecrets(secrets, env)
    const sources = Object.fromEntries(
      Object.entries(secretSources).filter(([name]) => lookUp(known, name) === undefined),
    )
    const read: Record<string, string> = {}
    const failures: Record<string, string> = {}
    let access: VaultAccess | null = null
    for (const [name, { path, field }] of Object.entries(sources))
      try {
        access ??= vaultOf(env)
        putAt(read, name, await readVault(access, path, field))
      } catch (error) {
        putAt(failures, name, `cannot be read from Vault: ${messageOf(error)}`)
      }
    return new RunSecrets({ names: secrets, sources, access }, { ...env, ...read }, failures)
  }

  /** Values by name: one record, whose values are renewed in place. @throws HarnessError SECRET_MISSING */
  values(): Readonly<RenewableSecrets> {
    this.#values ??= {
      ...resolveSecrets(this.#names, this.env),
      // Nothing can ask for it by this name; masks hide it.
      ...(this.#access === null ? {} : { 'VAULT_TOKEN of the harness': this.#access.token }),
    }
    return this.#values
  }

  /**
   * Reads again what is to be refreshed, each in its own time, until the returned function is called. @param renewed is told of each
   * value that has changed @param failed is told why one could not be read; it keeps its value and is tried again sooner
   */
  keepFresh(
    clock: Host['clock'],
    renewed: (name: string, value: string) => void,
    failed: (message: string) => void,
  ): () => void {
    const cancels = new Map<string, () => void>()
    let isOver = false
    const later = (name: string, afterMs: number) => {
      if (!isOver)
        cancels.set(
          name,
          clock.after(afterMs, () => void refresh(name)),
        )
    }
    const refresh = async (name: string) => {
      let nextMs = this.#sourceOf(name).refreshMs as number
      try {
        const before = lookUp(this.values(), name)
        const value = await this.#readAgain(name)
        if (!isOver && value !== before) renewed(name, value)
      } catch (error) {
        if (!isOver) failed(`the secret ${name} cannot be read again: ${messageOf(error)}`)
        nextMs *= AGAIN_AFTER_RATIO
      }
      later(name, nextMs)
    }
    for (const [name, { refreshMs }] of Object.entries(this.#sources))
      if (refreshMs !== null) later(name, refreshMs)
    return () => {
      isOver = true
      for (const cancel of cancels.values()) cancel()
    }
  }

  #sourceOf(name: string): Sources[string] {
    return lookUp(this.#sources, name) as Sources[string]
  }

  async #readAgain(name: string): Promise<string> {
    const { path, field } = this.#sourceOf(name)
    const access = this.#access as VaultAccess
    await renewVaultToken(access)
    const value = await readVault(access, path, field)
    renewSecret(this.values(), name, value)
    return value
  }
}

/** @throws HarnessError SECRET_MISSING */
function vaultOf(env: Environment): VaultAccess {
  const address = lookUp(env, 'VAULT_ADDR') ?? ''
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new HarnessError(
      'SECRET_MISSING',
      address === '' ? 'VAULT_ADDR is not set' : 'VAULT_ADDR is no address',
      { hint: 'Set VAULT_ADDR to the address of Vault, for example http://127.0.0.1:8200.' },
    )
  const { VAULT_TOKEN: token = '' } = resolveSecrets(['VAULT_TOKEN'], env)
  return { address, token, namespace: lookUp(env, 'VAULT_NAMESPACE') }
}
