import { ERROR_KIND_INDEX, type ErrorKind } from '../model/outcome.ts'
import type { Exchange } from './target.ts'

/** Writes into an exchange what became of it. @param kind `none` when it did not fail @param text for people */
export function putError(
  exchange: Pick<Exchange, 'errorKind' | 'errorText'>,
  kind: ErrorKind,
  text: string,
): void {
  exchange.errorKind = ERROR_KIND_INDEX[kind]
  exchange.errorText = text
}
