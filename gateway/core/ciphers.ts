import { constants } from 'node:crypto'

/**
 * What our own servers offer over TLS: 1.2 or newer, and of what Node offers by itself neither key exchange without forward
 * secrecy nor CBC, which testssl counts as findings. A client cannot ask for the handshake again and again.
 */
export const strictTls = {
  minVersion: 'TLSv1.2',
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const
