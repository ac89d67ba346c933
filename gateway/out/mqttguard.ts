import type { Duplex } from 'node:stream'

export interface Limits {
  /** Bytes of one packet before the sender is known: a CONNECT with its name and password is far smaller. */
  readonly strangerBytes: number
  /** Bytes of one packet of a known sender. */
  readonly packetBytes: number
  /** Bytes that may wait for a subscriber that does not read. */
  readonly waitingBytes: number
  /** So long nothing of what waits for it may get any further. */
  readonly stalledMs: number
}

/** In a row, without any progress. */
const LOOKS = 5
/** So much is sent at once without waiting for more. */
const GATHERED_BYTES = 65_536

/**
 * Stands between a socket and the MQTT broker, which has no limits of its own: four strangers sending a 256 MiB CONNECT
 * took 400 MB, and one subscriber that stopped reading stopped delivery to all the others.
 * Works on the socket's own methods, as the broker calls them, so that no byte is copied twice.
 * @param cut told why a peer was cut off
 * @returns `known()` is called once the sender has signed in; from `hold()` to `release()` nothing is sent
 */
export function guard(socket: Duplex, limits: Limits, cut: (why: 'packet-too-large' | 'not-reading') => void) {
  let limit = limits.strangerBytes
  const meter = packetMeter()

  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null
    if (chunk && !meter(chunk, limit)) {
      cut('packet-too-large')
      socket.destroy()
      return null
    }
    return chunk
  }

  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
  // A hundred devices that are read together are a hundred messages at once: one call of the system for all of them.
  let gathering = false
  let held = 0
  let written = 0
  const flush = () => {
    if (!gathering || held > 0) return
    gathering = false
    socket.uncork()
    stalls()
  }
  socket.write = (...args: unknown[]) => {
    if (!gathering) {
      gathering = true
      socket.cork()
      setImmediate(flush)
    }
    written += Buffer.byteLength(args[0] as Buffer | string)
    write(...args)
    if (socket.writableLength > GATHERED_BYTES) flush()
    if (socket.writableLength > limits.waitingBytes && !socket.destroyed) {
      cut('not-reading')
      socket.destroy()
    }
    // Never "wait for drain": the broker would wait for this one subscriber and keep all others waiting with it.
    return true
  }

  let watching: NodeJS.Timeout | undefined
  let passed = 0
  let idle = 0
  const sent = () => written - socket.writableLength
  const look = () => {
    passed = sent()
    watching = setTimeout(watch, limits.stalledMs / LOOKS).unref()
  }
  /** Looks only while something waits. It counts looks, not time: while we ourselves stood still, nobody could read. */
  const watch = () => {
    watching = undefined
    if (socket.destroyed || socket.writableLength === 0) return
    idle = sent() === passed ? idle + 1 : 0
    if (idle < LOOKS) return look()
    cut('not-reading')
    socket.destroy()
  }
  const stalls = () => {
    if (watching || socket.writableLength === 0) return
    idle = 0
    look()
  }
  socket.on('close', () => clearTimeout(watching))

  return {
    known() {
      limit = limits.packetBytes
    },
    hold() {
      held++
    },
    release() {
      held--
      if (!socket.destroyed) flush()
    },
  }
}

/** Follows the packet boundaries of an MQTT stream by its fixed headers [MQTT 3.1.1, 2.2]; false when a packet is over the limit. */
function packetMeter() {
  /** Bytes of the present packet still to come. */
  let rest = 0
  /** While the remaining length is being read: its value so far and the weight of the next digit; null before the first byte. */
  let header: { value: number; weight: number } | null = null
  return (chunk: Buffer, limit: number): boolean => {
    for (let i = 0; i < chunk.length; ) {
      if (rest > 0) {
        const step = Math.min(rest, chunk.length - i)
        rest -= step
        i += step
        continue
      }
      if (header === null) {
        header = { value: 0, weight: 1 }
        i++
        continue
      }
      const byte = chunk[i++]!
      header.value += (byte & 127) * header.weight
      header.weight *= 128
      if (header.value > limit || header.weight > 128 ** 4) return false
      if (byte < 128) {
        rest = header.value
        header = null
      }
    }
    return true
  }
}
