/** The ways in which a scenario says where the value of a secret is. */
import * as z from 'zod'
import { duration, name } from '../base/text-schemas.ts'

/** A secret of Vault, as authors declare it. */
export const vaultSecretSchema = z
  .strictObject({
    from: z.literal('vault').describe('HashiCorp Vault at VAULT_ADDR, asked with the token in VAULT_TOKEN'),
    path: z
      .string()
      .regex(
        /^(?!v1\/)(?!.*(^|\/)\.{1,2}(\/|$))[\w.~@:-]+(\/[\w.~@:-]+)+$/,
        'a path below /v1/: secret/data/db',
      )
      .describe('Path below /v1/, with the data of the second key-value engine: secret/data/db'),
    field: z.string().min(1).describe('Its field that holds the value'),
    refresh: duration
      .optional()
      .describe('The time after which it is read again while the run lasts, and the token renewed'),
  })
  .describe('A secret of Vault')
export type VaultSecret = z.input<typeof vaultSecretSchema>

/** One entry of `secrets`: a name, or a name and where its value is. */
export const secretEntrySchema = z.union([
  name,
  vaultSecretSchema.extend({ name: name.describe('What the scenario calls it: `{{secret.NAME}}`') }),
])
export type SecretEntry = z.output<typeof secretEntrySchema>

/** Writes a declaration into the text that stands for a secret. */
export function declaredIn(secretName: string, declared: VaultSecret): string {
  const stated = Object.entries(declared).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `{{secret.${secretName}?${new URLSearchParams(stated)}}}`
}
