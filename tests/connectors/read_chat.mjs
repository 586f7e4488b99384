// Prints what whatsapp-chat-parser makes of the chat on standard input: [moment, author] a line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { parseString } = createRequire(process.argv[2] + "/package.json")("whatsapp-chat-parser");
const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
for (const message of parseString(readFileSync(0, "utf-8"))) {
  console.log(JSON.stringify([local(message.date), message.author]));
}
