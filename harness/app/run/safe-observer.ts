/** What watches a run cannot end it. */
import { messageOf } from '../../base/errors.ts'
import { visible } from '../../base/visible.ts'

/** Of a function, the same that never throws. */
export type Shelter = <Args extends readonly unknown[]>(
  tell: (...args: Args) => void,
) => (...args: Args) => void

/** What goes wrong in any of them is said once. @param say where people look when their view is broken */
export function createShelter(say: (text: string) => void): Shelter {
  let isSaid = false
  return (tell) =>
    (...args) => {
      try {
        tell(...args)
      } catch (error) {
        const why = visible(messageOf(error))
        if (!isSaid) say(`what shows the run is broken, and the run goes on (bug in proofload): ${why}`)
        isSaid = true
      }
    }
}
