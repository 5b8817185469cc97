// The names of a customer's fields; a tenant's own fields bring theirs.
import { defineTexts } from '@/i18n'

const { texts } = defineTexts(
  'customer-fields',
  {
    name: 'Ad',
    company: 'Firma',
    phones: 'Telefon',
    emails: 'E-posta',
    quality: 'Nitelik',
    score_emotional: 'İlgi ve niyet',
    score_logical: 'Bütçe ve uyum',
    owners: 'Sorumlu',
    tags: 'Etiket',
    custom: 'Özel alanlar',
    source: 'Kaynak',
    utm: 'Kampanya',
    last_contact_at: 'Son temas',
    identities: 'Kimlikler',
    archived_at: 'Arşiv',
  },
  {
    name: 'Name',
    company: 'Company',
    phones: 'Phone',
    emails: 'E-mail',
    quality: 'Quality',
    score_emotional: 'Interest and intent',
    score_logical: 'Budget and fit',
    owners: 'Owner',
    tags: 'Tag',
    custom: 'Custom fields',
    source: 'Source',
    utm: 'Campaign',
    last_contact_at: 'Last contact',
    identities: 'Identities',
    archived_at: 'Archive',
  },
)

type Known = Parameters<typeof texts>[0]
const known = new Set<string>([
  'name',
  'company',
  'phones',
  'emails',
  'quality',
  'score_emotional',
  'score_logical',
  'owners',
  'tags',
  'custom',
  'source',
  'utm',
  'last_contact_at',
  'identities',
  'archived_at',
] satisfies Known[])

export const fieldName = (field: string): string =>
  known.has(field) ? texts(field as Known) : field.replace(/^custom[:.]/, '')
