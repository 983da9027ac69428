/**
 * Owns how an amount of money is said that nobody knows to the cent. Refuses: prices, and amounts that were counted.
 */

const CENT = 0.01

/** `about 16.72 USD`; what is more than nothing is never said to be 0.00. `null`: not known. */
export const sayCost = (usd: number | null): string => {
  if (usd === null) return 'price unknown'
  if (usd <= 0) return 'no cost'
  return usd < CENT ? 'less than 0.01 USD' : `about ${usd.toFixed(2)} USD`
}
