/** A stop request of one load that is part of a longer work: presses on the whole end it, and so may somebody who watches it. */
import { type StopRequest, StopSwitch } from '../../base/stop-request.ts'

/** @param press ends the load, and nothing else */
export async function withOwnStop<T>(
  whole: StopRequest,
  body: (stop: StopRequest, press: () => void) => Promise<T>,
): Promise<T> {
  const own = new StopSwitch()
  const forget = whole.onPress((_level, by) => own.press(by))
  if (whole.level !== 'none') own.press('its search')
  try {
    return await body(own, () => {
      if (own.level === 'none') own.press('the search')
    })
  } finally {
    forget()
  }
}
