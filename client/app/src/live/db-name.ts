// Apart from db.ts, so that the name does not pull the database library into the first chunk.
export const databaseName = (tenant: string, user: string): string => `nabiz-${tenant}-${user}`
