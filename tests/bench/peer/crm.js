// The stack that Nabız replaces, written with care: Express, Sequelize and Socket.IO on PostgreSQL. A move is one
// transaction (the card's row and a row of the journal); it is broadcast and answered only after the commit.
// Lighter than Nabız where that is simpler: no sign-in, no idempotency, no order of a board's events.
import { createServer } from "node:http";
import express from "express";
import { DataTypes, Op, Sequelize } from "sequelize";
import { Server } from "socket.io";
import { ready } from "./remark.js";

const GAP = 2 ** 24;
const STAGES = 6;

const db = new Sequelize(process.env.DATABASE_URL, { logging: false, pool: { min: 4, max: 16 } });
// Sequelize writes into what it is given: every column needs an object of its own.
const uuid = () => ({ type: DataTypes.UUID, allowNull: false });
const Card = db.define(
  "card",
  {
    id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
    board_id: uuid(),
    customer_id: uuid(),
    stage_id: uuid(),
    rank: { type: DataTypes.BIGINT, allowNull: false },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
    entered_stage_at: { type: DataTypes.DATE, allowNull: false },
  },
  { tableName: "card", timestamps: false, indexes: [{ fields: ["board_id", "stage_id", "rank"] }] },
);
const Event = db.define(
  "event",
  {
    id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
    board_id: uuid(),
    customer_id: uuid(),
    at: { type: DataTypes.DATE, allowNull: false },
    op: { type: DataTypes.STRING, allowNull: false },
    payload: { type: DataTypes.JSONB, allowNull: false },
  },
  { tableName: "event", timestamps: false, indexes: [{ fields: ["board_id", "id"] }, { fields: ["customer_id", "at"] }] },
);

// Between the card named by `after` and the next one; without `after` at the end of the stage.
async function place(board, stage, after, transaction) {
  const of = { board_id: board, stage_id: stage };
  const above = after && (await Card.findOne({ where: { ...of, id: after }, transaction }));
  if (!above) return Number((await Card.max("rank", { where: of, transaction })) ?? 0) + GAP;
  const below = await Card.findOne({
    where: { ...of, rank: { [Op.gt]: above.rank } },
    order: [["rank", "ASC"]],
    transaction,
  });
  return below ? Math.floor((Number(above.rank) + Number(below.rank)) / 2) : Number(above.rank) + GAP;
}

async function move(board, card, { cmd, to_stage, after }) {
  return db.transaction(async (transaction) => {
    const row = await Card.findOne({
      where: { id: card, board_id: board },
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    if (!row) return null;
    const from = row.stage_id;
    const at = new Date();
    row.rank = await place(board, to_stage, after, transaction);
    row.stage_id = to_stage;
    row.version += 1;
    if (from !== to_stage) row.entered_stage_at = at;
    await row.save({ transaction });
    const d = {
      card: row.id,
      customer_id: row.customer_id,
      from,
      to: to_stage,
      ranks: [[row.id, Number(row.rank)]],
      version: row.version,
      entered_stage_at: row.entered_stage_at,
    };
    const { id: seq } = await Event.create(
      { board_id: board, customer_id: row.customer_id, at, op: "card.moved", payload: d },
      { transaction },
    );
    return { t: "ev", topic: `board:${board}`, seq: Number(seq), at, op: "card.moved", d, cmd };
  });
}

const app = express();
app.use(express.json());

// A fresh board for the load to use: answers its id, its stages and its cards.
app.post("/boards", async (request, response) => {
  const board = crypto.randomUUID();
  const stages = Array.from({ length: STAGES }, () => crypto.randomUUID());
  const rows = Array.from({ length: request.body.cards }, (_, n) => ({
    board_id: board,
    customer_id: crypto.randomUUID(),
    stage_id: stages[n % STAGES],
    rank: n * GAP,
    entered_stage_at: new Date(),
  }));
  const cards = await Card.bulkCreate(rows, { returning: ["id"] });
  response.status(201).json({ board, stages, cards: cards.map((card) => card.id) });
});

app.post("/boards/:board/cards/:card/move", async (request, response) => {
  const { board, card } = request.params;
  const event = await move(board, card, request.body);
  if (!event) return response.status(404).json({ code: "not_found" });
  io.to(board).emit("card.moved", event);
  response.json({ version: event.d.version, seq: event.seq });
});

const http = createServer(app);
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => socket.on("join", (board) => socket.join(board)));
await db.sync();
http.listen(0, "127.0.0.1", () => ready(http.address().port));
