using System.Text;
using Npgsql;

namespace MmDrBot.TestKit.Samples;

/// <summary>The rows of a batch: posts, reactions to them, and the files that hang on them.</summary>
internal sealed class SamplePosts(SampleModel model, SampleBatch batch)
{
    private const string PostColumns =
        "id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props, hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid";

    private const string FileColumns =
        "id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name, extension, size, mimetype, width, height, haspreviewimage, minipreview, content, remoteid, channelid";

    public async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<SampleFile> files, CancellationToken cancellationToken)
    {
        await WritePostsAsync(connection, cancellationToken);
        await WriteReactionsAsync(connection, cancellationToken);
        await WriteFilesAsync(connection, files, cancellationToken);
    }

    private async Task WritePostsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(connection, "posts", PostColumns, cancellationToken);
        var message = new StringBuilder();

        for (var post = batch.FirstPost; post < batch.FirstPost + batch.Posts; post++)
        {
            WritePost(copy, post, message);
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private void WritePost(CopyWriter copy, int post, StringBuilder message)
    {
        var random = SampleRandom.For(model.Options.Seed, SampleKind.Post, post);
        var time = model.CreateAt(post);
        var deleted = random.Chance(0.01) ? time + 60_000 : 0;
        SampleText.AppendMessage(message.Clear(), ref random);

        copy.Field(model.PostId(post)).Field(time).Field(deleted == 0 ? time : deleted).Field(deleted)
            .Field(model.AuthorOf(post)).Field(model.ChannelOf(post)).Field(model.RootOf(post) is { } root ? model.PostId(root) : "").Field("")
            .Field(message.ToString()).Field("").Field(random.Chance(0.05) ? """{"disable_group_highlight": true}""" : "{}")
            .Field(random.Chance(0.02) ? "#" + SampleText.Word(ref random) : "").Field("[]").Field(FileIds(post))
            .Field(HasReaction(post)).Field(0).Field(random.Chance(0.001)).Field(null);
    }

    private string FileIds(int post)
    {
        var (first, end) = batch.FilesOf(post);

        return first == end
            ? "[]"
            : "[" + string.Join(',', Enumerable.Range(first, end - first).Select(file => $"\"{model.FileId(file)}\"")) + "]";
    }

    private static bool HasReaction(int post) => post % 17 == 3;

    private async Task WriteReactionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(
            connection, "reactions", "userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid", cancellationToken);

        foreach (var post in Enumerable.Range(batch.FirstPost, batch.Posts).Where(HasReaction))
        {
            var time = model.CreateAt(post) + 5_000;
            copy.Field(model.AuthorOf(post + 1)).Field(model.PostId(post)).Field("+1").Field(time).Field(time).Field(0).Field("").Field(model.ChannelOf(post));
            await copy.EndRowAsync(cancellationToken);
        }
    }

    private async Task WriteFilesAsync(NpgsqlConnection connection, IReadOnlyList<SampleFile> files, CancellationToken cancellationToken)
    {
        await using var copy = await CopyWriter.BeginAsync(connection, "fileinfo", FileColumns, cancellationToken);

        foreach (var file in files)
        {
            copy.Field(file.Id).Field(file.CreatorId).Field(model.PostId(file.Post)).Field(file.CreateAt).Field(file.CreateAt).Field(0)
                .Field(file.StorePath).Field(file.ThumbnailPath ?? "").Field(file.PreviewPath ?? "").Field(file.Name).Field(file.Extension)
                .Field(file.Size).Field(file.Mime).Field(file.HasThumbnail ? 640 : 0).Field(file.HasThumbnail ? 480 : 0).Field(file.HasThumbnail)
                .Field(file.HasThumbnail ? @"\xffd8ff" : null).Field(file.Compressible ? "extracted words of " + file.Name : "").Field(null).Field(file.ChannelId);
            await copy.EndRowAsync(cancellationToken);
        }
    }
}
