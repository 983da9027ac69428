// Owns when a page was there, by its own clock: whoever asks it from outside is answered only when it has nothing else to do.

const LOOK_MS = 20

/**
 * When the page was there, in milliseconds of the clock: with something painted; an empty one has nothing to paint, so it is there as soon as it is read.
 * @param {import('@playwright/test').Page} page @param {boolean} isEmpty
 */
export const readThere = (page, isEmpty) =>
  page.evaluate(
    ([empty, everyMs]) =>
      new Promise((resolve) => {
        const { performance } = globalThis
        const look = () => {
          const readMs = performance.timing.loadEventEnd
          const [painted] = performance.getEntriesByName('first-contentful-paint')
          if (readMs > 0 && (empty || painted !== undefined))
            resolve(empty ? readMs : performance.timeOrigin + painted.startTime)
          else setTimeout(look, everyMs)
        }
        look()
      }),
    [isEmpty, LOOK_MS],
  )
