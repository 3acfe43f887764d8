/** The token of the interface for programs: from the environment or a file, never from the command line, which others can read. */
import { resolveSecrets } from '../../scenario/secrets.ts'

const NAME = 'PROOFLOAD_API_TOKEN'

type Environment = Readonly<Record<string, string | undefined>>

/** Reads it; null where none is set. @throws HarnessError SECRET_MISSING for a file that cannot be read */
export function readApiToken(env: Environment): string | null {
  const isSet = env[NAME] || env[`${NAME}_FILE`]
  return isSet ? (resolveSecrets([NAME], env)[NAME] ?? null) : null
}
