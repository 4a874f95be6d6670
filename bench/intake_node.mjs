// The reference of bench/intake.py: the least a Node server can do to give one row's text by primary key.
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({connectionString: process.env.DATABASE_URL, max: Number(process.env.CONNECTIONS || 8)});
const text = 'SELECT record FROM intakes WHERE case_id = $1';

http.createServer(async (request, response) => {
  const found = await pool.query({name: 'intake', text, values: [request.url.slice(16)]});
  const body = Buffer.from(found.rows[0].record);
  response.writeHead(200, {'Content-Type': 'text/plain', 'Content-Length': body.length});
  response.end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
