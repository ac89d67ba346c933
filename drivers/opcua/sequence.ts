/** A notification message: data, or a keep-alive, which carries the number that the next data will have. */
export interface Numbered {
  readonly sequenceNumber: number
  readonly isKeepAlive: boolean
}

/**
 * Follows the sequence numbers of a subscription [OPC 10000-4 5.14.1.1: consecutive; that of a keep-alive is the next
 * one to be sent]. A number left out is a message that the server believes to have told and nobody heard.
 */
export function createSequence() {
  let last: number | undefined
  return {
    /** @returns how many messages are missing before this one */
    take({ sequenceNumber, isKeepAlive }: Numbered): number {
      const newest = isKeepAlive ? sequenceNumber - 1 : sequenceNumber
      const missing = last === undefined ? 0 : Math.max(0, newest - last - (isKeepAlive ? 0 : 1))
      // Some servers put the last number on a keep-alive; and after 4294967295 comes 1.
      if (last === undefined || newest > last || !isKeepAlive) last = newest
      return missing
    },
    /** The number of the newest data: Republish asks for the one after it. */
    last: () => last,
  }
}
