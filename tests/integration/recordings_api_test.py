#!/usr/bin/env python3
"""Movies through the REST API: whose they are, that a reason is given first, and that the pieces make up the file."""

import contextlib
import hashlib
import json
import struct
import subprocess
import unittest

from by_hand import Operator, Session
from pronto import SLOW, ProntoTest, program

MIB = 1024 * 1024


def raw_update(pixel):
    """The whole screen of by_hand's host in one colour."""
    return struct.pack(">BxH", 0, 1) + struct.pack(">HHHHi", 0, 0, 4, 4, 0) + pixel * 16


class ApiTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.prepare()
        self.start_hub()

    def prepare(self):
        """What the hub needs before it starts."""

    def add_operator(self, name, *options):
        password = f"{name}s very own password"
        file = self.folder / f"{name}.password"
        file.write_text(password + "\n")
        self.hub.admin("user", "add", name, "--password-file", str(file), *options)
        return {"user": name, "password": password}

    def recorded_session(self, **account):
        """A session of that operator with a finished movie. Returns its id."""
        session = Session(self.hub, **account)
        session.host.send(raw_update(b"\x01\x02\x03\x00"))
        session.viewer.exactly(16 + 64)
        session.operator.send_message(type="session.end", id=5, session=session.id)
        session.operator.wait_for("session.ended")
        session.close()
        self.hub.await_movie(session.id)
        return session.id

    def get(self, operator, path, byte_range=None):
        """(status, headers, body)"""
        headers = {"Authorization": f"Bearer {operator.token}"}
        if byte_range is not None:
            headers["Range"] = byte_range
        with contextlib.closing(self.hub.connect()) as connection:
            connection.request("GET", f"/api/v1/recordings/{path}", None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def view(self, operator, session, reason="the guest asks what was done"):
        return operator.rest("POST", f"/api/v1/recordings/{session}/views", {"reason": reason})

    def whole(self, operator, path, step):
        """Put together of pieces of at most `step` bytes."""
        data, size = b"", None
        while size is None or len(data) < size:
            status, headers, piece = self.get(operator, path, f"bytes={len(data)}-{len(data) + step - 1}")
            self.assertEqual(206, status, piece)
            size = int(headers["Content-Range"].split("/")[1])
            self.assertEqual(f"bytes {len(data)}-{len(data) + len(piece) - 1}/{size}", headers["Content-Range"])
            self.assertLessEqual(len(piece), step)
            data += piece
        return data

    def audited(self):
        return [(row["actor"], row["subject"], row["detail"])
                for row in self.hub.rows("SELECT * FROM audit WHERE action = 'movie.view' ORDER BY id")]


class SealedApi(ApiTest):
    def prepare(self):
        key_file = self.folder / "movies.key"
        subprocess.run([program("pronto-repeater"), "recording", "key", str(key_file)], check=True, capture_output=True, timeout=60 * SLOW)
        self.hub_settings = f'[recording]\nencrypt = true\nkey_file = "{key_file}"\n'

    def test_a_sealed_movie_is_given_plain_in_pieces(self):
        session = self.recorded_session()
        on_disk = self.hub.movie(session).read_bytes()
        self.assertTrue(on_disk.startswith(b"PRONTO SEALED 1"))
        operator = Operator(self.hub)
        status, row = self.view(operator, session)
        self.assertEqual((201, True), (status, row["sealed"]))
        plain = self.whole(operator, f"{session}/movie", 97)
        self.assertTrue(plain.startswith(b"FBS 001.000"))
        exported = self.folder / "exported.fbs"
        self.hub.admin("recording", "export", session, "--out", str(exported), "--reason", "to compare")
        self.assertEqual(exported.read_bytes(), plain)
        operator.close()


class RecordingsApi(ApiTest):
    def test_operators_see_their_own_movies_and_an_admin_everybodys(self):
        anna, bruno = self.add_operator("anna"), self.add_operator("bruno")
        of_anna, of_bruno, of_admin = self.recorded_session(**anna), self.recorded_session(**bruno), self.recorded_session()
        anna, bruno, admin = Operator(self.hub, **anna), Operator(self.hub, **bruno), Operator(self.hub)
        self.hub.admin("recording", "hold", of_bruno, "--reason", "court order 7")

        def listed(operator, query=""):
            status, body = operator.rest("GET", "/api/v1/recordings" + query)
            self.assertEqual(200, status, body)
            return body
        self.assertEqual([of_anna], [row["session"] for row in listed(anna)["movies"]])
        row, = listed(bruno)["movies"]
        facts = self.hub.movie_row(of_bruno)
        session = self.hub.session(of_bruno)
        self.assertEqual((of_bruno, "bruno", session["guest_name"], facts["bytes"], facts["duration_ms"], "finished", "court order 7"),
                         (row["session"], row["operator"], row["guest"], row["bytes"], row["duration_ms"], row["state"], row["hold"]))
        self.assertTrue(row["started"].endswith("Z"))
        self.assertEqual([of_admin, of_bruno, of_anna], [row["session"] for row in listed(admin)["movies"]])
        pages = [listed(admin, "?limit=2")]
        pages.append(listed(admin, f"?limit=2&cursor={pages[0]['next']}"))
        self.assertEqual([[of_admin, of_bruno], [of_anna]], [[row["session"] for row in page["movies"]] for page in pages])
        self.assertIsNone(pages[1]["next"])
        for wrong in ("limit=0", "limit=501", "limit=2x", "cursor=nonsense"):
            self.assertEqual(400, anna.rest("GET", f"/api/v1/recordings?{wrong}")[0], wrong)
        self.assertEqual(401, self.hub.request("GET", "/api/v1/recordings")[0])

        status, problem = self.view(anna, of_bruno)
        self.assertEqual((403, "forbidden"), (status, problem["code"]))
        self.assertTrue(problem["remedy"])
        self.assertEqual(403, self.get(anna, f"{of_bruno}/movie", "bytes=0-9")[0])
        self.assertEqual([], self.audited())
        self.assertEqual(201, self.view(admin, of_bruno)[0])
        self.assertEqual(206, self.get(admin, f"{of_bruno}/movie", "bytes=0-9")[0])
        self.assertEqual(403, self.get(bruno, f"{of_bruno}/movie", "bytes=0-9")[0], "another's reason is none of his")

    def test_a_reason_is_required_and_audited_before_anything_is_given(self):
        session = self.recorded_session()
        admin, again = Operator(self.hub), Operator(self.hub)
        for name in ("movie", "facts"):
            status, _, body = self.get(admin, f"{session}/{name}", "bytes=0-9")
            problem = json.loads(body)
            self.assertEqual((403, "forbidden"), (status, problem["code"]))
            self.assertIn("reason", problem["remedy"])
        for body in ({}, {"reason": ""}, {"reason": " \n\t "}, {"reason": 7}, {"reason": "x" * 501}, ["reason"]):
            status, problem = admin.rest("POST", f"/api/v1/recordings/{session}/views", body)
            self.assertEqual((400, "bad_request"), (status, problem["code"]), body)
            self.assertTrue(problem["remedy"])
        self.assertEqual([], self.audited())
        status, movie = self.view(admin, session, "a complaint,\x1b[2J\u202e case 7")
        self.assertEqual(201, status, movie)
        row = self.hub.movie_row(session)
        for key in ("bytes", "duration_ms", "movie_sha256", "facts_sha256"):
            self.assertEqual(row[key], movie[key])
        (actor, subject, detail), = self.audited()
        self.assertEqual(("admin", session), (actor, subject))
        self.assertIn("a complaint,", detail)
        self.assertNotRegex(detail, "[\x00-\x1f\u202e]")
        self.assertEqual(403, self.get(again, f"{session}/movie", "bytes=0-9")[0], "another log-in gives its own reason")
        self.assertEqual(404, self.view(admin, "1-0000000000000000")[0])
        for path in (f"{session}/poster", f"{session}/", f"{session}", f"../{session}/movie", f"{session}/movie/x"):
            self.assertEqual(404, self.get(admin, path)[0], path)
        self.hub.admin("recording", "verify", "--all")  # the chain holds

    def test_pieces_make_up_the_very_files(self):
        session = self.recorded_session()
        admin = Operator(self.hub)
        self.assertEqual(201, self.view(admin, session)[0])
        row = self.hub.movie_row(session)
        movie = self.whole(admin, f"{session}/movie", 97)
        self.assertEqual((row["bytes"], row["movie_sha256"]), (len(movie), hashlib.sha256(movie).hexdigest()))
        facts = self.whole(admin, f"{session}/facts", 100)
        self.assertEqual(row["facts_sha256"], hashlib.sha256(facts).hexdigest())
        self.assertEqual((200, movie), self.get(admin, f"{session}/movie")[::2])
        status, headers, body = self.get(admin, f"{session}/facts")
        self.assertEqual((200, facts, "application/json"), (status, body, headers["Content-Type"]))
        size = len(movie)
        self.assertEqual(movie[-5:], self.get(admin, f"{session}/movie", "bytes=-5")[2])
        self.assertEqual(movie[10:], self.get(admin, f"{session}/movie", "bytes=10-")[2])
        for wrong in (f"bytes={size}-", "bytes=5-4", "bytes=0-1,3-4", "bytes=x-", "bytes=-0"):
            status, headers, _ = self.get(admin, f"{session}/movie", wrong)
            self.assertEqual((416, f"bytes */{size}"), (status, headers["Content-Range"]), wrong)

    def test_a_large_movie_comes_in_pieces_of_four_mebibytes_and_a_deleted_one_not_at_all(self):
        session = self.recorded_session()
        admin = Operator(self.hub)
        self.assertEqual(201, self.view(admin, session)[0])
        large = bytes(range(256)) * (36 * MIB // 1024)  # 9 MiB
        self.hub.movie(session).write_bytes(large)
        status, _, body = self.get(admin, f"{session}/movie")
        self.assertEqual((413, "too_large"), (status, json.loads(body)["code"]))
        status, headers, piece = self.get(admin, f"{session}/movie", "bytes=100-")
        self.assertEqual((206, f"bytes 100-{100 + 4 * MIB - 1}/{len(large)}"), (status, headers["Content-Range"]))
        self.assertEqual(large[100:100 + 4 * MIB], piece)
        self.assertEqual(large, self.whole(admin, f"{session}/movie", 4 * MIB))

        self.hub.admin("recording", "delete", session, "--reason", "the guest wants it")
        for name in ("movie", "facts"):
            status, _, body = self.get(admin, f"{session}/{name}", "bytes=0-9")
            self.assertEqual((404, "not_found"), (status, json.loads(body)["code"]))
        status, problem = self.view(admin, session)
        self.assertEqual((409, "conflict"), (status, problem["code"]))
        self.assertIn("deleted", problem["message"])
        self.assertEqual(1, len(self.audited()))
        row, = admin.rest("GET", "/api/v1/recordings")[1]["movies"]
        self.assertEqual("deleted", row["state"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
