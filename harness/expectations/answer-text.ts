import { bodyText } from '../base/body-text.ts'
import type { Exchange } from '../ports/target.ts'

/** The body of a kept answer as text; '' when it has none. */
export function textOfAnswer({ body, header }: Exchange): string {
  return bodyText(body, header?.('content-type'))
}
