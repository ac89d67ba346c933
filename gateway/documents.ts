import { join } from 'node:path'
import { keptFiles, photoTypeOf } from './photos.ts'

/** Manuals, drawings, acceptance sheets: what every office has, and nothing that runs by itself. */
export const documentTypes = { 'application/pdf': 'pdf', 'image/png': 'png', 'image/jpeg': 'jpg' } as const
export type DocumentType = keyof typeof documentTypes
export type DocumentFiles = ReturnType<typeof openDocuments>

/** What these bytes are, by themselves [ISO 32000-2 7.5.2: %PDF-]. Null: none that we take. */
export function documentTypeOf(bytes: Uint8Array): DocumentType | null {
  if (bytes.length >= 16 && String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-') return 'application/pdf'
  const photo = photoTypeOf(bytes)
  return photo === 'image/png' || photo === 'image/jpeg' ? photo : null
}

/** Documents of equipment, `documents/<sha256>.<type>` in the data folder, and so in every backup. */
export const openDocuments = (data: string) => ({
  typeOf: documentTypeOf,
  ...keptFiles(join(data, 'documents'), documentTypes),
})
