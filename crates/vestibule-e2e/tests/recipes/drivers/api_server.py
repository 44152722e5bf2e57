"""An API server of Kubernetes that knows its version only, and records how the client authenticates."""

import http.server
import os
import ssl


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("authorization", "w") as file:
            file.write(self.headers.get("Authorization", "none"))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"gitVersion": "v1.30.0"}')

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
with open("port.new", "w") as file:
    file.write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
