"""The traps of single protocols, each with the frame that shows it."""

import pytest

from gateway.readers import Fault, reader
from gateway.readers.pn532 import ACK
from tests.gateway.readers import reader_samples as samples
from tests.gateway.readers.decoding import cards, decode, faults

CARD = "010063E9AE"
RDM6300 = b"\x02010063E9AE25\x03"


@pytest.mark.parametrize(("protocol", "tail"), [("rdm6300", b"\x03"), ("id12la", b"\r\n\x03")])
class TestAsciiFrames:
	def test_fresh_stx_starts_anew_wherever_it_comes(self, protocol, tail):
		frame = b"\x02010063E9AE25" + tail
		for cut in range(2, 13):
			found = decode(protocol, frame[:cut] + frame)
			assert (cards(found), faults(found)) == ([CARD], [("incomplete", 0)])
			assert found[-1].at == cut

	@pytest.mark.parametrize("wrong", [b"G", b"g", b" ", b":", b"\x00", b"\xff", b"/", b"@", b"`"])
	def test_no_character_but_a_hex_digit_counts(self, protocol, tail, wrong):
		for at in range(12):
			digits = b"010063E9AE25"
			found = decode(protocol, b"\x02" + digits[:at] + wrong + digits[at + 1 :] + tail)
			assert (cards(found), len(faults(found))) == ([], 1)

	def test_small_letters_are_the_same_card(self, protocol, tail):
		assert cards(decode(protocol, b"\x02010063e9ae25" + tail)) == [CARD]

	def test_line_ends_between_frames_are_no_fault(self, protocol, tail):
		frame = b"\x02010063E9AE25" + tail
		for end in (b"\r\n", b"\n", b"\r"):
			for count in (3, 30):
				found = decode(protocol, (frame + end) * count)
				assert (cards(found), faults(found)) == ([CARD] * count, [])

	def test_stx_after_stx(self, protocol, tail):
		found = decode(protocol, b"\x02\x02\x02\x02010063E9AE25" + tail)
		assert (cards(found), len(faults(found))) == ([CARD], 1)


def test_rdm6300_does_not_take_the_frames_of_its_relatives():
	assert cards(decode("rdm6300", b"\x02010063E9AE25\r\n\x03")) == []
	assert cards(decode("id12la", RDM6300)) == []
	assert cards(decode("rdm6300-rawcrc", RDM6300)) == []
	assert cards(decode("rdm6300", b"\x020114AE3BBC\x3c\x03")) == []


@pytest.mark.parametrize("check", range(256))
def test_raw_check_byte_may_look_like_a_delimiter(check):
	number = bytes([0x01, 0x14, 0xAE, 0x3B]) + bytes([0x01 ^ 0x14 ^ 0xAE ^ 0x3B ^ check])
	frame = b"\x02" + number.hex().upper().encode() + bytes([check]) + b"\x03"
	assert cards(decode("rdm6300-rawcrc", frame)) == [number.hex().upper()]
	assert cards(decode("rdm6300-rawcrc", frame * 12)) == [number.hex().upper()] * 12


class TestGapFraming:
	FRAME = b"4500C5D1E9B8"

	def test_a_gap_ends_a_frame_and_nothing_before_it_is_said(self):
		decoder = reader("em18").decoder()
		assert decoder.feed(self.FRAME) == []
		assert cards(decoder.idle()) == ["4500C5D1E9"]

	def test_a_lost_byte_costs_that_frame_alone(self):
		decoder = reader("em18").decoder()
		decoder.feed(self.FRAME[1:])
		assert faults(decoder.idle()) == [("incomplete", 0)]
		decoder.feed(self.FRAME)
		assert cards(decoder.idle()) == ["4500C5D1E9"]

	def test_frames_without_a_gap_count_only_when_all_are_whole(self):
		"""A repeated frame holds at every offset, so a shifted burst would name another card."""
		assert cards(decode("em18", self.FRAME * 3)) == ["4500C5D1E9"] * 3
		for cut in range(1, 12):
			for burst in (self.FRAME[cut:] + self.FRAME * 3, self.FRAME * 3 + self.FRAME[:cut]):
				assert decode("em18", burst) == [("length", 0)]

	def test_firmwares_with_delimiters(self):
		for form in (b"%s\r\n", b"\x02%s\x03", b"\x02%s\r\n\x03"):
			assert cards(decode("em18", form % self.FRAME)) == ["4500C5D1E9"]

	@pytest.mark.parametrize("wrong", [b"G", b" ", b"\xff", b"\x00\xfe"])
	def test_a_frame_with_noise_in_it_is_one_fault(self, wrong):
		for at in range(12):
			found = decode("em18", self.FRAME[:at] + wrong + self.FRAME[at + 1 :])
			assert (cards(found), len(faults(found))) == ([], 1), at
			found = decode("em18", self.FRAME[:at] + wrong + self.FRAME[at + 1 :] + b"\r\n" + self.FRAME)
			assert (cards(found), len(faults(found))) == (["4500C5D1E9"], 1), at

	def test_wrong_check_value(self):
		assert faults(decode("em18", b"4500C5D1E9B9")) == [("checksum", 0)]


class TestGwiot7941e:
	def test_len_is_the_whole_frame(self):
		uid = bytes.fromhex("6b3d12d6")
		for length, good in (
			(9, True),
			(4, False),
			(5, False),
			(6, False),
			(7, False),
			(8, False),
			(11, False),
		):
			body = bytes([length, 1]) + uid
			frame = b"\x02" + body + bytes([samples.xor_of(body)]) + b"\x03"
			assert cards(decode("gwiot7941e", frame)) == (["6B3D12D6"] if good else [])

	def test_stx_and_etx_inside(self):
		body = bytes.fromhex("0a020302030203")
		assert cards(decode("gwiot7941e", b"\x02" + body + bytes([samples.xor_of(body)]) + b"\x03")) == [
			"0302030203"
		]


class TestGwiot7941w:
	def test_replies_without_a_card(self):
		for body in ("008000", "008100", "00800401020304", "008110" + "11" * 16, "008204" + "6de95c17"):
			data = bytes.fromhex(body)
			assert decode("gwiot7941w", b"\xcd\xdc" + data + bytes([samples.xor_of(data)])) == []

	def test_a_listener_on_both_lines_sees_the_card_alone(self):
		stream = bytes.fromhex("abba00100010cddc0081046de95c174aabba00150015cddc00800080")
		assert cards(decode("gwiot7941w", stream)) == ["6DE95C17"]

	def test_polls_for_both_bands(self):
		asked = reader("gwiot7941w")
		assert [asked.poll(turn).hex() for turn in range(3)] == [
			"abba00100010",
			"abba00150015",
			"abba00100010",
		]
		assert reader("gwiot7941w", {"cards": "lf"}).poll(0).hex() == "abba00150015"


class TestWiegand:
	BITS = "10000000100000010001011001"

	@pytest.mark.parametrize("form", [BITS, "80811640", "8081164"])
	@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", ""])
	def test_text_forms(self, form, end):
		found = decode("wiegand26", (form + end).encode())
		assert [(item.card, item.facility, item.number) for item in found] == [("66092", 1, 556)]

	@pytest.mark.parametrize("bits", [BITS[:-1], BITS + "0", "0" + BITS, BITS[1:], BITS[:8], BITS * 2])
	def test_wrong_number_of_bits_is_refused(self, bits):
		for protocol in ("wiegand26", "wiegand34"):
			found = decode(protocol, bits.encode() + b"\r\n")
			assert (cards(found), len(found)) == ([], 1)

	def test_each_flipped_bit_is_a_parity_fault(self):
		for at in range(26):
			bits = self.BITS[:at] + "10"[int(self.BITS[at])] + self.BITS[at + 1 :]
			assert faults(decode("wiegand26", bits.encode() + b"\n")) == [("parity", 0)]

	def test_bits_in_the_padding_are_refused(self):
		assert faults(decode("wiegand26", b"80811641\r\n")) == [("format", 0)]

	def test_raw_frames_by_silence(self):
		raw, other = bytes.fromhex("80811640"), bytes.fromhex("1e896b40")
		assert cards(decode("wiegand26", raw + other)) == ["66092", "4002518"]
		assert cards(decode("wiegand26", raw[1:] + raw + other)) == ["66092", "4002518"]
		assert cards(decode("wiegand26", raw * 40)) == ["66092"] * 40
		assert reader("wiegand26").decoder().feed(raw) == []
		assert cards(decode("wiegand26", b"\xff" + raw)) == ["66092"]

	@pytest.mark.parametrize(("protocol", "raw"), [("wiegand26", "2d00a200"), ("wiegand34", "359e896b00")])
	@pytest.mark.parametrize("behind", ["00", "0000", "000000"])
	def test_bytes_behind_a_raw_frame_make_no_other_card_of_it(self, protocol, raw, behind):
		"""Shifted by a byte, these hold as well, and are another number."""
		for pieces in ([raw + behind], [raw, behind], ["ff" + raw + behind]):
			found = decode(protocol, *(bytes.fromhex(piece) for piece in pieces))
			assert (cards(found), len(found)) == ([], 1)

	@pytest.mark.parametrize(
		("protocol", "line"),
		[
			("wiegand26", b"100010110101000000\\11001000"),
			("wiegand34", b"101011111111111100001001\x8b0011001110"),
		],
	)
	def test_the_rest_of_a_damaged_line_of_bits_is_no_card(self, protocol, line):
		for end in (b"\r\n", b"\r"):
			assert decode(protocol, line + end) == [Fault("digit", 0)]

	def test_the_rest_of_a_refused_line_is_no_card(self):
		"""34 bits with a wrong parity, of which the last ten are hex that would hold."""
		line = b"1101010000001000000111001101000010\r\n"
		found = decode("wiegand34", *(bytes([byte]) for byte in b"\x89\xa2\x03" + line * 30))
		assert found == [Fault("noise", 0)]

	def test_raw_noise_gives_next_to_no_cards(self, rng):
		assert len(cards(decode("wiegand26", rng.randbytes(100_000)))) <= 3

	def test_a_stated_form_takes_no_other(self):
		text, hexadecimal, raw = self.BITS.encode() + b"\n", b"80811640\n", bytes.fromhex("80811640")
		for form, good in (("bits", text), ("hex", hexadecimal), ("raw", raw)):
			for frame in (text, hexadecimal, raw):
				found = decode("wiegand26", frame, options={"form": form})
				assert cards(found) == (["66092"] if frame == good else [])

	def test_34_bits_as_facility_and_number(self):
		found = decode("wiegand34", bytes.fromhex("359e896b00"))
		assert [(item.card, item.facility, item.number) for item in found] == [("1799164630", 0x6B3D, 0x12D6)]


class TestElatec:
	def test_hid_prox_example_of_the_manual(self):
		found = decode("elatec-twn3-hidprox", b"1A808001C0\r")
		assert [(item.card, item.facility, item.number) for item in found] == [("65539", 1, 3)]

	def test_hid_prox_of_37_bits_has_no_certain_facility(self):
		value = 0x5_1234_5678
		text = f"{value:035b}"
		whole = f"{text[:18].count('1') % 2}{text}{1 - text[17:].count('1') % 2}"
		line = bytes([37]) + samples.left_justified(whole)
		found = decode("elatec-twn3-hidprox", line.hex().encode() + b"\r")
		assert [(item.card, item.facility, item.number) for item in found] == [(str(value), None, None)]

	@pytest.mark.parametrize(
		"line", [b"19808001C0", b"1B808001C0", b"1A808001", b"1A808001C000", b"1A808001C1", b"1", b"00"]
	)
	def test_hid_prox_of_the_wrong_length(self, line):
		found = decode("elatec-twn3-hidprox", line + b"\r")
		assert (cards(found), len(found)) == ([], 1)

	def test_inditag_restarts_on_a_colon(self):
		found = decode("elatec-twn3-inditag", b":1122:112233445501\r\n")
		assert (cards(found), faults(found)) == (["1122334455"], [("incomplete", 0)])

	@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
	def test_inditag_with_any_line_end(self, end):
		for count in (1, 30):
			assert decode("elatec-twn3-inditag", (b":112233445501" + end) * count) == decode(
				"elatec-twn3-inditag", *([b":112233445501" + end] * count)
			)
			assert (
				cards(decode("elatec-twn3-inditag", (b":112233445501" + end) * count))
				== ["1122334455"] * count
			)

	@pytest.mark.parametrize(
		("protocol", "line", "card"),
		[
			("elatec-twn4-simple", b"00018020046E401BA8", "6E401BA8"),
			("elatec-twn3-hidprox", b"1A2D00A200", "5898564"),
		],
	)
	def test_half_a_line_before_a_line_costs_itself_alone(self, protocol, line, card):
		for cut in range(1, len(line)):
			found = decode(protocol, line[:cut] + line + b"\r")
			assert (cards(found), faults(found)) == ([card], [("noise", 0)]), cut
			assert found[-1].at == cut

	@pytest.mark.parametrize("line", [b"00", b"0000", b"01", b"0001"[:2], b"00205457", b"000082"[:4]])
	def test_twn4_replies_without_a_card(self, line):
		assert decode("elatec-twn4-simple", line + b"\r") == []

	@pytest.mark.parametrize("line", [b"0001802004AABBCCDDEE", b"0001802803AABBCC", b"0001800000", b"000180"])
	def test_twn4_lengths_must_agree(self, line):
		assert faults(decode("elatec-twn4-simple", line + b"\r")) == [("length", 0)]

	def test_twn4_hid_prox_is_the_same_card_as_through_twn3(self):
		assert cards(decode("elatec-twn4-simple", b"0001491A04808001C0\r")) == ["65539"]

	def test_twn4_random_uid(self):
		assert faults(decode("elatec-twn4-simple", b"000180200408AABBCC\r")) == [("random-uid", 0)]


class TestLine:
	@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
	def test_ends(self, end):
		assert cards(decode("line", b"ABC-1" + end + b"ABC-2" + end)) == ["ABC-1", "ABC-2"]

	@pytest.mark.parametrize(
		("options", "line", "card"),
		[
			({"format": "hex"}, b"04:16:c6:c2", "0416C6C2"),
			({"format": "hex", "byte_order": "lsb"}, b"C2C61604", "0416C6C2"),
			({"format": "hex", "length": 4}, b"0x0416C6C2", "0416C6C2"),
			({"format": "decimal"}, b"0009334109", "008E6D5D"),
			({"format": "decimal", "byte_order": "lsb"}, b"1567460864", "006E6D5D"),
			({"format": "decimal", "length": 5}, b"%d" % 0x06008E6D5D, "06008E6D5D"),
			({"prefix": "ID=", "suffix": ";"}, b"ID=STU-1;", "STU-1"),
			({"regex": r"PUPIL (\d{5})"}, b"PUPIL 00017", "00017"),
			({}, b"04 16 c6 c2", "0416C6C2"),
			({}, b"0416c6c2", "0416C6C2"),
			({}, b"stu-2025-17", "stu-2025-17"),
			({}, b"20-25-17", "20-25-17"),
			({}, b"\x02STU-1\x03", "STU-1"),
		],
	)
	def test_stated_formats(self, options, line, card):
		if options == {"format": "decimal", "byte_order": "lsb"}:
			line = str(int.from_bytes(bytes.fromhex(card), "little")).encode()
		assert cards(decode("line", line + b"\r\n", options=options)) == [card]

	@pytest.mark.parametrize(
		("options", "line", "kind"),
		[
			({"format": "hex"}, b"0009334109Z0", "digit"),
			({"format": "hex"}, b"04160", "length"),
			({"format": "hex", "length": 7}, b"0416C6C2", "length"),
			({"format": "decimal"}, b"8E6D5D", "digit"),
			({"format": "decimal"}, b"4294967296", "length"),
			({"format": "decimal"}, b"-5", "digit"),
			({"prefix": "ID="}, b"STU-1", "format"),
			({"prefix": "aa", "suffix": "aa"}, b"aaa", "format"),
			({"regex": "[0-9]+"}, b"STU-1", "format"),
			({"length": 6}, b"STU-1", "length"),
			({"max_length": 8}, b"STU-2025-17", "length"),
			({}, b"x" * 65, "length"),
			({}, b"x" * 3000, "length"),
			({}, b"caf\xc3\xa9", "digit"),
			({}, b"a\x00b", "digit"),
			({}, b"   ", "blank"),
			({}, b"0000000000", "refused-number"),
			({}, b"ffffffff", "refused-number"),
		],
	)
	def test_refused(self, options, line, kind):
		assert faults(decode("line", line + b"\r\n", options=options)) == [(kind, 0)]

	def test_a_line_without_an_end(self):
		assert faults(decode("line", b"STU-1")) == [("incomplete", 0)]
		assert cards(decode("line", b"STU-1", options={"terminator": "gap"})) == ["STU-1"]

	def test_a_terminator_cut_in_two_is_no_blank_line(self):
		assert decode("line", b"STU-1\r", b"\n", b"STU-2\r", b"\n") == decode("line", b"STU-1\r\nSTU-2\r\n")


class TestPn532:
	@pytest.mark.parametrize("uid", ["01020304", "04416d412b0289", "04112233445566778899"])
	def test_uid_lengths(self, uid):
		data = bytes.fromhex("d54b010100440007")[:7] + bytes([len(uid) // 2]) + bytes.fromhex(uid)
		assert cards(decode("pn532", samples.pn532_frame(data))) == [uid.upper()]

	def test_random_uid_of_a_phone(self):
		assert faults(decode("pn532", samples.pn532_frame(bytes.fromhex("d54b01010004200408aabbcc")))) == [
			("random-uid", 0)
		]

	def test_a_7_byte_uid_may_start_with_08(self):
		frame = samples.pn532_frame(bytes.fromhex("d54b010100440007") + bytes.fromhex("08112233445566"))
		assert cards(decode("pn532", frame)) == ["08112233445566"]

	def test_two_targets_and_an_ats(self):
		data = bytes.fromhex("d54b020100042004aabbccdd0578807002020044000704112233445566")
		assert cards(decode("pn532", samples.pn532_frame(data))) == ["AABBCCDD", "04112233445566"]

	def test_extended_frame(self):
		data = bytes.fromhex("d54b0101004400070416c6c2d73881")
		frame = b"\x00\x00\xff\xff\xff\x00\x0f\xf1" + data + bytes([-sum(data) & 255, 0])
		assert cards(decode("pn532", frame)) == ["0416C6C2D73881"]
		assert cards(decode("pn532", frame.replace(b"\x00\x0f\xf1", b"\x00\x0f\xf2"))) == []

	def test_auto_poll_reply(self):
		data = bytes.fromhex("d56101100c01004400070416c6c2d73881")
		assert cards(decode("pn532", samples.pn532_frame(data))) == ["0416C6C2D73881"]

	@pytest.mark.parametrize("data", ["d54b00", "d515", "d503320106 07".replace(" ", ""), "7f", "d44a0100"])
	def test_frames_without_a_card(self, data):
		assert decode("pn532", samples.pn532_frame(bytes.fromhex(data))) == []

	def test_ack_nack_and_wake_up_are_silent(self):
		assert (
			decode("pn532", b"\x55\x55" + bytes(14) + ACK + bytes.fromhex("0000ffff0000") + ACK + bytes(3))
			== []
		)

	def test_missing_postamble_and_longer_preamble(self):
		frame = samples.pn532_frame(bytes.fromhex("d54b0101004400070416c6c2d73881"))
		assert cards(decode("pn532", bytes(5) + frame[:-1] + frame[1:])) == ["0416C6C2D73881"] * 2

	def test_the_postamble_may_be_the_preamble_of_a_cut_frame(self):
		frame = samples.pn532_frame(bytes.fromhex("d54b0101004400070416c6c2d73881"))
		for count in (1, 12, 40):
			found = decode("pn532", frame * count + frame[2:])
			assert cards(found) == ["0416C6C2D73881"] * (count + 1)
			assert found[-1].at == len(frame) * count - 1

	def test_says_hello_as_the_manual_asks(self):
		asked = reader("pn532")
		assert asked.hello().startswith(b"\x55\x55\x00")
		assert asked.hello().endswith(bytes.fromhex("0000ff05fbd4140100001700"))
		assert asked.poll(0).endswith(bytes.fromhex("0000ff04fcd44a0100e100"))
		assert decode("pn532", asked.hello() + asked.poll(0)) == []


@pytest.mark.parametrize(
	("protocol", "frame"),
	[
		("sm130", "ff00018283"),
		("sm130", "ff0002824cd0"),
		("sm130", "ff00029000 92".replace(" ", "")),
		("stronglink", "ba0201b9"),
		("stronglink", "bd030101be"),
		("stronglink", "bd0308 10 a6".replace(" ", "")),
		("idtronic-neo2", "50000222102646"),
	],
)
def test_frames_without_a_card(protocol, frame):
	assert decode(protocol, bytes.fromhex(frame)) == []


def test_stronglink_answer_to_another_command_is_no_card():
	body = bytes.fromhex("bd080300") + bytes.fromhex("6e401ba801")
	assert decode("stronglink", body + bytes([samples.xor_of(body)])) == []


@pytest.mark.parametrize(
	("data", "command", "card"),
	[
		("ff311f00000107e0"[:16], "5c", "E0070100001F31FF"),
		("00ff311f00000107e0", "5c", "E0070100001F31FF"),
		("0000ff311f00000107e0", "5c", "E0070100001F31FF"),
		("4400000704416d412b0289", "22", "04416D412B0289"),
		("0400080411223344", "22", "11223344"),
		("0411223344", "22", "11223344"),
		("11223344", "22", "11223344"),
		("11223344", "30", None),
		("", "22", None),
		("04000804112233e0", "22", "112233E0"),
		("0000ff311f00000107e0", "a1", "E0070100001F31FF"),
		("ff64000405", "23", None),
		("", "23", None),
		("01640004050400080411223344", "23", "11223344"),
		("0164000405040008041122e0e0", "23", "1122E0E0"),
		("016400040544000007" + "04416d412b0289", "23", "04416D412B0289"),
		("02640004050000000408223344", "23", "08223344"),
		("0464000405ff311f00000107e0", "23", "E0070100001F31FF"),
		("0864000405ff311f00000107e0", "23", None),
	],
)
def test_neo2_replies(data, command, card):
	body = b"\x50" + (len(data) // 2).to_bytes(2) + bytes.fromhex(command + data)
	assert cards(decode("idtronic-neo2", body + bytes([samples.xor_of(body)]))) == ([card] if card else [])


@pytest.mark.parametrize(
	("data", "kind"),
	[
		("01640004050400080408223344", "random-uid"),
		("01640004050400080511223344", "length"),
		("0464000405ff311f0000010700e0", "length"),
		("04640004050000000000000000", "refused-number"),
	],
)
def test_neo2_reports_that_name_no_card(data, kind):
	body = b"\x50" + (len(data) // 2).to_bytes(2) + bytes.fromhex("23" + data)
	assert faults(decode("idtronic-neo2", body + bytes([samples.xor_of(body)]))) == [(kind, 0)]


class TestOsdp:
	RAW = bytes.fromhex("50000038000416c6c2d73881")

	@pytest.mark.parametrize("control", [0x00, 0x03, 0x04, 0x07])
	def test_checksum_and_crc(self, control):
		assert cards(decode("osdp", samples.osdp_frame(self.RAW, control=control))) == ["0416C6C2D73881"]

	def test_mark_bytes_between_packets_are_silent(self):
		frame = samples.osdp_frame(self.RAW)
		found = decode("osdp", b"\xff" + frame + b"\xff\xff" + frame)
		assert [item.at for item in found] == [1, 3 + len(frame)]

	def test_authenticated_but_not_encrypted(self):
		frame = samples.osdp_frame(b"\x02\x16" + self.RAW + b"\x11\x22\x33\x44", control=0x0C)
		assert cards(decode("osdp", frame)) == ["0416C6C2D73881"]

	@pytest.mark.parametrize("kind", [0x11, 0x12, 0x13, 0x14, 0x17, 0x18])
	def test_handshake_and_encrypted_packets_name_no_card(self, kind):
		assert (
			decode("osdp", samples.osdp_frame(b"\x02" + bytes([kind]) + self.RAW + bytes(4), control=0x0C))
			== []
		)

	def test_what_the_panel_says_names_no_card(self):
		assert decode("osdp", samples.osdp_frame(self.RAW, address=0x00)) == []
		assert decode("osdp", samples.osdp_frame(b"\x60", address=0x65)) == []

	def test_formatted_characters(self):
		for direction, text in ((0, b"12345678"), (1, b"87654321")):
			frame = samples.osdp_frame(b"\x51\x00" + bytes([direction, 8]) + text)
			assert cards(decode("osdp", frame)) == ["12345678"]

	@pytest.mark.parametrize(
		("data", "kind"),
		[
			("50000019002d00a200", "length"),
			("5000011b002d00a200", "length"),
			("5000011a00ad00a200", "parity"),
			("50000038000416c6c2d738", "length"),
			("500000200000000000", "refused-number"),
			("5000000000", "length"),
			("500000", "length"),
			("51000008313233", "length"),
			("51000003310033", "format"),
		],
	)
	def test_card_data_that_do_not_hold(self, data, kind):
		assert faults(decode("osdp", samples.osdp_frame(bytes.fromhex(data)))) == [(kind, 0)]

	def test_unspecified_26_bits_are_wiegand(self):
		found = decode("osdp", samples.osdp_frame(bytes.fromhex("5000001a002d00a200")))
		assert [(item.card, item.facility, item.number) for item in found] == [("5898564", 90, 324)]


def test_one_card_has_one_number_whichever_reader_reads_it():
	em4100 = "4500C5D1E9"
	assert cards(decode("em18", b"4500C5D1E9B8")) == [em4100]
	assert cards(decode("rdm6300", b"\x024500C5D1E9B8\x03")) == [em4100]
	assert cards(decode("elatec-twn4-simple", b"00014028054500C5D1E9\r")) == [em4100]
	assert cards(decode("line", b"4500c5d1e9\n", options={"format": "hex"})) == [em4100]
	hid = "5898564"
	assert cards(decode("wiegand26", b"2d00a200\n")) == [hid]
	assert cards(decode("elatec-twn3-hidprox", b"1A2D00A200\r")) == [hid]
	assert cards(decode("osdp", bytes.fromhex("53e51000065001011a002d00a2001fd6"))) == [hid]
	vicinity = "E00700001F8831FF"
	assert cards(decode("elatec-twn4-simple", b"0001824008E00700001F8831FF\r")) == [vicinity]
	body = b"\x50\x00\x08\x5c" + bytes.fromhex(vicinity)[::-1]
	assert cards(decode("idtronic-neo2", body + bytes([samples.xor_of(body)]))) == [vicinity]
